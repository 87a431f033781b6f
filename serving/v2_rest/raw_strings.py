"""Strings as raw bytes, in the Open Inference Protocol's way: each behind its length, 4 bytes, little-endian."""

import struct
from collections.abc import Iterable

from serving.errors import InvalidRequestError

_LENGTH = struct.Struct("<I")


def split_strings(raw: bytes, *, most: int) -> list[bytes]:
    """Return the strings, and no more than `most`: millions of empty ones fit into a request.

    Raises:
        InvalidRequestError: The lengths do not add up.
    """
    strings: list[bytes] = []
    position = 0
    while position < len(raw) and len(strings) < most:
        start = position + _LENGTH.size
        end = start + _LENGTH.unpack_from(raw, position)[0] if start <= len(raw) else start
        if end > len(raw):
            raise InvalidRequestError(f"The lengths in the binary data do not add up to its {len(raw)} bytes")
        strings.append(raw[start:end])
        position = end
    return strings


def join_strings(strings: Iterable[bytes]) -> bytes:
    """Return the strings as raw bytes."""
    return b"".join(_LENGTH.pack(len(string)) + string for string in strings)
