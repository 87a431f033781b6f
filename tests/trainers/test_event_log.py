from collections.abc import Iterator
from pathlib import Path

import pytest
import tensorflow as tf

from trainers.event_log import EventLog, masked_crc32c


def _events(folder: Path) -> Iterator[tf.compat.v1.Event]:
    """Read with TensorFlow's own reader, which refuses records with a wrong checksum."""
    (path,) = folder.iterdir()
    for record in tf.data.TFRecordDataset(str(path)):
        yield tf.compat.v1.Event.FromString(record.numpy())


def test_checksum_of_a_known_string() -> None:
    # RFC 3720, B.4: the CRC-32C of 32 zero bytes is 0x8A9136AA.
    crc = 0x8A9136AA
    rotated = (crc >> 15 | crc << 17) & 0xFFFFFFFF
    assert masked_crc32c(bytes(32)) == (rotated + 0xA282EAD8) & 0xFFFFFFFF


def test_tensorflow_reads_what_was_written(tmp_path: Path) -> None:
    with EventLog(tmp_path / "tensorboard", clock=lambda: 1234.5) as log:
        log.write_scalars({"loss/train": 0.5, "accuracy/eval": 0.25}, step=1)
        log.write_scalars({"loss/train": -3e-8}, step=300)
    version, first, second = _events(tmp_path / "tensorboard")
    assert version.file_version == "brain.Event:2"
    assert (first.wall_time, first.step, second.step) == (1234.5, 1, 300)
    assert {value.tag: value.simple_value for value in first.summary.value} == {
        "loss/train": 0.5,
        "accuracy/eval": 0.25,
    }
    assert second.summary.value[0].simple_value == pytest.approx(-3e-8)


def test_points_can_be_read_while_the_log_is_open(tmp_path: Path) -> None:
    with EventLog(tmp_path, clock=lambda: 1.0) as log:
        log.write_scalars({"loss": 1.0}, step=0)
        assert len(list(_events(tmp_path))) == 2


def test_what_an_earlier_attempt_wrote_is_replaced(tmp_path: Path) -> None:
    for wall_seconds in (1.0, 2.0):
        with EventLog(tmp_path, clock=lambda now=wall_seconds: now) as log:  # type: ignore[misc]
            log.write_scalars({"loss": wall_seconds}, step=0)
    _, event = _events(tmp_path)
    assert event.summary.value[0].simple_value == 2.0


def test_long_messages_are_measured_rightly(tmp_path: Path) -> None:
    names = {f"a chart with quite a long name {number}": float(number) for number in range(40)}
    with EventLog(tmp_path, clock=lambda: 1.0) as log:
        log.write_scalars(names, step=2**40)
    _, event = _events(tmp_path)
    assert event.step == 2**40
    assert {value.tag: value.simple_value for value in event.summary.value} == names
