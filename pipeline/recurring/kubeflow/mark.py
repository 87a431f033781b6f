"""What a recurring run's description says to us: that it is ours, what it stands for, how it was meant to begin.

A recurring run cannot be changed and has no labels. Its description has room for 255 characters in the server's
database.
"""

import re
from dataclasses import dataclass

_MOST_CHARACTERS = 255
_FORM = re.compile(
    r"Tandem retraining (?P<fingerprint>[0-9a-f]{16}), number (?P<generation>[0-9]+), (?P<state>enabled|paused),"
    r" (?P<when>.*)",
    flags=re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The mark of a recurring run that Tandem made.

    Attributes:
        fingerprint: Hash of package, schedule and everything else that it runs with.
        generation: Counts those that took each other's place; the server's times are of whole seconds.
        is_meant_to_run: Whether it was to be enabled when it took the place of another.
        when: Schedule and zone as they were asked for; for people.
    """

    fingerprint: str
    generation: int
    is_meant_to_run: bool
    when: str

    def __str__(self) -> str:
        """Return the description."""
        state = "enabled" if self.is_meant_to_run else "paused"
        return f"Tandem retraining {self.fingerprint}, number {self.generation}, {state}, {self.when}"[
            :_MOST_CHARACTERS
        ]


def read_mark(description: str) -> Mark | None:
    """Return the mark in a description, or None where it was not written by Tandem."""
    found = _FORM.fullmatch(description)
    if found is None:
        return None
    return Mark(
        fingerprint=found["fingerprint"],
        generation=int(found["generation"]),
        is_meant_to_run=found["state"] == "enabled",
        when=found["when"],
    )
