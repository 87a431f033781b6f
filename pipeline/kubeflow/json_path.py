"""Read and write one value inside nested JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

Part = str | int
Path = tuple[Part, ...]


def find_paths(content: Any, last: Sequence[Part], _above: Path = ()) -> Iterator[Path]:
    """Yield the path of each value whose path ends in `last`."""
    items = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for part, value in items:
        path = (*_above, part)
        if path[-len(last) :] == tuple(last):
            yield path
        yield from find_paths(value, last, path)


def put(content: Any, path: Sequence[Part], value: Any) -> None:
    """Set a value in place; one that is there already decides the type.

    Args:
        content: Nested dicts and lists.
        path: Keys and indices; all but the last must exist.
        value: Whole numbers may come as floats, as Kubeflow Pipelines hands them over.

    Raises:
        ValueError: The place does not exist, or a fraction is given where a whole number is.
    """
    try:
        for part in path[:-1]:
            content = content[part]
        old = content.get(path[-1]) if isinstance(content, dict) else content[path[-1]]
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError(f"there is no place {'.'.join(map(str, path))} to put {value!r}") from error
    content[path[-1]] = as_type_of(old, value)


def as_type_of(old: Any, value: Any) -> Any:
    """Return a value in the type of the one that it replaces, where the two are numbers."""
    if type(old) is int and isinstance(value, float):
        if not value.is_integer():
            raise ValueError(f"{value!r} must be a whole number")
        return int(value)
    return value
