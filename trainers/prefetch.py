"""Batches that are made while the model still works on the ones before."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")
_END = object()

BATCHES_AHEAD = 2
"""Enough to hide how unevenly long batches take; each more costs the memory of a batch."""


def prefetched(items: Iterator[_Item], *, ahead: int) -> Iterator[_Item]:
    """Yield the items of an iterator in their order, with the next ones being made on a thread of their own.

    Args:
        items: Used on that thread alone; what it raises is raised here, at its place.
        ahead: How many items may be ready before they are asked for, at least 1.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="prefetch") as thread:
        pending = deque(thread.submit(next, items, _END) for _ in range(ahead))
        try:
            while (item := pending.popleft().result()) is not _END:
                pending.append(thread.submit(next, items, _END))
                yield item  # type: ignore[misc]  # all but _END are items
        finally:
            for unneeded in pending:
                unneeded.cancel()
