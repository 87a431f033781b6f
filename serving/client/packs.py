"""Many images as several requests."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

Image = bytes | str | os.PathLike[str]
"""The bytes of a JPEG or PNG, or the path of one."""
_MAX_IMAGES = 32
_MAX_BYTES = 16 << 20
"""Both well below the server's limits."""


def read_image(image: Image) -> bytes:
    """Return the bytes of an image.

    Raises:
        OSError: The file cannot be read.
    """
    return image if isinstance(image, bytes) else Path(image).read_bytes()


def pack(
    images: Iterable[Image], *, max_images: int = _MAX_IMAGES, max_bytes: int = _MAX_BYTES
) -> Iterator[list[bytes]]:
    """Read images when their turn comes, and yield them in groups of a request's size.

    Args:
        images: Bytes or paths.
        max_images: Images in a group.
        max_bytes: Size of a group; a larger image makes a group of its own.
    """
    group: list[bytes] = []
    group_bytes = 0
    for image in images:
        content = read_image(image)
        if group and (len(group) == max_images or group_bytes + len(content) > max_bytes):
            yield group
            group, group_bytes = [], 0
        group.append(content)
        group_bytes += len(content)
    if group:
        yield group
