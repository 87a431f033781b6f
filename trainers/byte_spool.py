"""Byte strings in memory up to a limit, and in a file without a name beyond it."""

import mmap
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, overload

import numpy as np
import numpy.typing as npt


class ByteSpool:
    """Takes byte strings one by one."""

    def __init__(self, *, memory_limit_bytes: int, folder: Path) -> None:
        """Start empty.

        Args:
            memory_limit_bytes: Above it everything is written to a file.
            folder: Existing folder for that file. It has no name there, so it goes with the process at the latest.
        """
        self._memory_limit_bytes = memory_limit_bytes
        self._folder = folder
        self._held: list[bytes] = []
        self._sizes: list[int] = []
        self._file: IO[bytes] | None = None
        self._size_bytes = 0

    @property
    def memory_bytes(self) -> int:
        """Memory that the byte strings take."""
        return 0 if self._file else self._size_bytes

    def append(self, data: bytes) -> None:
        """Add a byte string.

        Raises:
            OSError: The file cannot be written.
        """
        self._sizes.append(len(data))
        self._size_bytes += len(data)
        if self._file is None and self._size_bytes > self._memory_limit_bytes:
            self._file = tempfile.TemporaryFile(dir=self._folder)
            self._file.writelines(self._held)
            self._held.clear()
        if self._file is None:
            self._held.append(data)
        else:
            self._file.write(data)

    def in_order(self, order_N: Sequence[int]) -> Sequence[bytes]:
        """Return the byte strings in an order, given as their numbers; call it once, when all have been added."""
        if self._file is None:
            return tuple(self._held[number] for number in order_N)
        self._file.flush()
        sizes_N = np.array(self._sizes, np.int64)
        starts_N = np.cumsum(sizes_N) - sizes_N
        chosen_N = np.asarray(order_N, np.int64)
        mapped = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        self._file.close()  # the map keeps the file
        return _MappedBytes(mapped, starts_N[chosen_N], sizes_N[chosen_N])


class _MappedBytes(Sequence[bytes]):
    """Byte strings in a mapped file, copied out when they are asked for; several threads may do so."""

    def __init__(self, mapped: mmap.mmap, starts_N: npt.NDArray[np.int64], sizes_N: npt.NDArray[np.int64]) -> None:
        self._mapped = mapped
        self._starts_N = starts_N
        self._sizes_N = sizes_N

    def __len__(self) -> int:
        return len(self._starts_N)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(index, slice):
            return _MappedBytes(self._mapped, self._starts_N[index], self._sizes_N[index])
        start = int(self._starts_N[index])
        return self._mapped[start : start + int(self._sizes_N[index])]
