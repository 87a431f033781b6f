"""TensorBoard event files, written without TensorFlow so that both frameworks leave the same charts.

TensorBoard's and PyTorch's own writers load TensorFlow wherever it is installed, which a PyTorch run must not do.
The format is that of TFRecord files: each record is an 8-byte length, a checksum of it, the bytes, and a checksum
of those, little-endian. The bytes are an `Event` message of tensorflow/core/util/event.proto.
"""

import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

_FILE_NAME = "events.out.tfevents.{}.tandem"
_CRC32C_POLYNOMIAL = 0x82F63B78
_MASK_DELTA = 0xA282EAD8

# Protocol-buffer tags: field number * 8 + wire type (0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes).
_EVENT_WALL_TIME = b"\x09"
_EVENT_STEP = b"\x10"
_EVENT_FILE_VERSION = b"\x1a"
_EVENT_SUMMARY = b"\x2a"
_SUMMARY_VALUE = b"\x0a"
_VALUE_TAG = b"\x0a"
_VALUE_SIMPLE_VALUE = b"\x15"
_VARINT_PAYLOAD = 0x7F
_VARINT_MORE = 0x80


def _crc32c_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        remainder = byte
        for _ in range(8):
            remainder = (remainder >> 1) ^ (_CRC32C_POLYNOMIAL if remainder & 1 else 0)
        table.append(remainder)
    return tuple(table)


_CRC32C_TABLE = _crc32c_table()


def masked_crc32c(data: bytes) -> int:
    """Return the checksum of TFRecord files: CRC-32C, rotated right by 15 bits, plus a constant; 32 bits."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _CRC32C_TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + _MASK_DELTA) & 0xFFFFFFFF


class EventLog:
    """One event file; use it as a context manager."""

    def __init__(self, folder: Path, *, clock: Callable[[], float]) -> None:
        """Create the folder and a file in it, in place of those that earlier attempts left there.

        Args:
            folder: What TensorBoard is pointed at.
            clock: Gives the time in seconds since 1970, for the file's name and the events in it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for outdated in folder.glob(_FILE_NAME.format("*")):
            outdated.unlink()
        self._clock = clock
        self._file = (folder / _FILE_NAME.format(f"{clock():.6f}")).open("wb")
        self._write_record(self._event_head() + _delimited(_EVENT_FILE_VERSION, b"brain.Event:2"))

    def __enter__(self) -> "EventLog":
        """Return the log itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()

    def write_scalars(self, scalars: Mapping[str, float], *, step: int) -> None:
        """Add one point to each named chart and flush, so that a running TensorBoard shows it.

        Args:
            scalars: Value by chart name; a slash in the name groups charts.
            step: Where on the horizontal axis, from 0.
        """
        values = b"".join(_delimited(_SUMMARY_VALUE, _scalar(name, value)) for name, value in scalars.items())
        self._write_record(self._event_head() + _EVENT_STEP + _varint(step) + _delimited(_EVENT_SUMMARY, values))
        self._file.flush()

    def _event_head(self) -> bytes:
        return _EVENT_WALL_TIME + struct.pack("<d", self._clock())

    def _write_record(self, data: bytes) -> None:
        length = struct.pack("<Q", len(data))
        self._file.write(length + struct.pack("<I", masked_crc32c(length)))
        self._file.write(data + struct.pack("<I", masked_crc32c(data)))


def _scalar(name: str, value: float) -> bytes:
    return _delimited(_VALUE_TAG, name.encode()) + _VALUE_SIMPLE_VALUE + struct.pack("<f", value)


def _delimited(tag: bytes, data: bytes) -> bytes:
    return tag + _varint(len(data)) + data


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > _VARINT_PAYLOAD:
        encoded.append(number & _VARINT_PAYLOAD | _VARINT_MORE)
        number >>= 7
    return bytes([*encoded, number])
