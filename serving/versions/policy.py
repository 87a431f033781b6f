"""Version policies: which of the versions on disk are served."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from serving.errors import SettingsError

FORMS = "latest, latest:N, all or specific:N,N,..."


@dataclass(frozen=True)
class Policy:
    """A choice of versions.

    Attributes:
        count: How many of the newest; None means every one.
        numbers: These versions only; None leaves the choice to `count`.
    """

    count: int | None = 1
    numbers: frozenset[int] | None = None

    def choose(self, found: Iterable[int], *, refused: Collection[int] = ()) -> list[int]:
        """Return the versions to serve, newest first.

        A refused version does not count: the next older one takes its place, so that a bad push costs nothing.
        """
        usable = sorted((number for number in found if number not in refused), reverse=True)
        if self.numbers is not None:
            return [number for number in usable if number in self.numbers]
        return usable[: self.count]


def parse_policy(text: str) -> Policy:
    """Read a policy from its written form.

    Raises:
        SettingsError: It has none of the forms.
    """
    kind, _, value = text.partition(":")
    if text == "latest":
        return Policy()
    if text == "all":
        return Policy(count=None)
    if kind == "latest" and value.isdecimal() and int(value) > 0:
        return Policy(count=int(value))
    numbers = value.split(",")
    if kind == "specific" and all(number.isdecimal() for number in numbers):
        return Policy(count=None, numbers=frozenset(map(int, numbers)))
    raise SettingsError([f"{text!r} is no version policy; write {FORMS}"])
