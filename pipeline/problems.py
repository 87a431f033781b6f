"""What is wrong with a command, gathered so that all of it is said at once."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pipeline.errors import UsageError
from trainers.did_you_mean import did_you_mean

Checked = TypeVar("Checked")


class Problems:
    """What is wrong so far."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.sentences: list[str] = []

    def collect(self, check: Callable[[], Checked]) -> Checked | None:
        """Return what a check returns, or None and keep what it has against it."""
        try:
            return check()
        except UsageError as error:
            self.sentences += error.problems
            return None

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.sentences)

    def as_error(self) -> UsageError:
        """Return one error with everything that was kept, each once."""
        return UsageError([*dict.fromkeys(self.sentences)])


def unknown_words(words: Sequence[str], known_options: Sequence[str]) -> list[str]:
    """Return a sentence for each word of a command line that is no option of the command."""
    return [
        f"unknown option {word!r}; see --help.{did_you_mean(word.partition('=')[0], known_options)}"
        if word.startswith("-")
        else f"unexpected argument {word!r}; see --help"
        for word in words
    ]


def unknown_choice(what: str, value: str, choices: Sequence[str]) -> list[str]:
    """Return a sentence if a value is none of the choices."""
    if value in choices:
        return []
    return [f"{what} {value!r} is unknown; choices are {', '.join(choices)}.{did_you_mean(value, choices)}"]
