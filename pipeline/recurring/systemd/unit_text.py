"""How values are written in unit files, where `%`, `$`, blanks and quotes have a meaning."""

from collections.abc import Iterable

_ESCAPES = {"\\": "\\\\", '"': '\\"', "%": "%%"}


def path_value(path: str) -> str:
    """Return a path as the one value of a setting that takes no list."""
    return path.replace("%", "%%")


def list_value(items: Iterable[str]) -> str:
    """Return words as a setting that takes a list wants them, in quotes where they hold blanks or quotes."""
    return " ".join(_quoted(item) for item in items)


def command_value(words: Iterable[str]) -> str:
    """Return a command, in which also `$` would be replaced."""
    return list_value(word.replace("$", "$$") for word in words)


def _quoted(item: str) -> str:
    escaped = "".join(_ESCAPES.get(letter, letter) for letter in item)
    return f'"{escaped}"' if any(letter in ' \t"\\;' for letter in item) else escaped
