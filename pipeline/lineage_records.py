"""What ML Metadata remembers, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.step_key import KeyParts


@dataclass(frozen=True)
class FinishedStep:
    """An execution whose outputs can be used again.

    Attributes:
        execution_id: Its id in ML Metadata.
        outcome: What the step did, in words.
        outputs: Output name to the folder of its artifact.
        seconds: Wall time that it took; 0 if it is not known.
        ended: When it was recorded.
        parts: What its key is made of; None for the record of an earlier version.
    """

    execution_id: int
    outcome: str
    outputs: Mapping[str, Path]
    seconds: float
    ended: datetime
    parts: KeyParts | None


@dataclass(frozen=True)
class FailedAttempt:
    """One attempt at a step that failed before another one succeeded."""

    why: str
    seconds: float


@dataclass(frozen=True)
class PushRecord:
    """A push as ML Metadata remembers it."""

    bundle_checksum: str
    baseline_checksum: str
