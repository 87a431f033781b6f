"""How much memory and disk the images of a training job may take, both splits together."""

from pathlib import Path

_MIB = 2**20


class CacheBudget:
    """What is left; one thread uses it."""

    def __init__(self, *, memory_mib: int, disk_mib: int, folder: Path) -> None:
        """Start with nothing taken.

        Args:
            memory_mib: Memory for images, MiB.
            disk_mib: Disk for decoded images, MiB.
            folder: Existing folder on that disk.
        """
        self.memory_left_bytes = memory_mib * _MIB
        self.disk_left_bytes = disk_mib * _MIB
        self.folder = folder

    def take_memory(self, size_bytes: int) -> bool:
        """Take memory; false, and nothing is taken, if less than that is left."""
        if size_bytes > self.memory_left_bytes:
            return False
        self.memory_left_bytes -= size_bytes
        return True

    def give_memory_back(self, size_bytes: int) -> None:
        """Give back what was taken."""
        self.memory_left_bytes += size_bytes

    def take_disk(self, size_bytes: int) -> bool:
        """Take disk; false, and nothing is taken, if less than that is left."""
        if size_bytes > self.disk_left_bytes:
            return False
        self.disk_left_bytes -= size_bytes
        return True
