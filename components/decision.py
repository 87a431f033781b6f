"""The record of a decision on the candidates: what Champion writes, the pusher obeys and the report shows."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

DECISION_FILE = "decision.json"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Metrics(_Record):
    """Figures of one model on the test split, as TFMA computed them."""

    accuracy: float
    """Share of images whose top class is right, 0 to 1."""
    loss: float
    """Mean categorical cross-entropy, nats."""
    per_class: dict[str, dict[str, float | None]]
    """Class name to `{precision, recall, accuracy, images}`: precision and recall at probability 0.5, None where there
    is nothing to divide by, such as the precision of a class that is never predicted."""
    confusion_matrix: tuple[tuple[int, ...], ...]
    """Row: true class, column: predicted class, in the order of the class names; counts of images."""


class Candidate(_Record):
    """What is known of one trained model when its fate is decided."""

    framework: str
    bundle_checksum: str
    metrics: Metrics | None
    """None when the evaluation is missing."""
    tfma_passed: bool
    """Whether TFMA's own validation of the thresholds passed."""
    tfma_failures: tuple[str, ...] = ()
    """What TFMA's validation found wrong, a sentence each."""
    parity_passed: bool
    parity_reasons: tuple[str, ...] = ()
    parity: dict[str, float | None]
    """Largest difference of a probability to the trained model: `saved_model` and `onnx`; None if not measurable."""
    parameters: int
    train_seconds: float
    predict_ms_per_image: float
    bundle_mib: float


class BaselineModel(_Record):
    """The model pushed now, measured on the same test split."""

    version: str
    bundle_checksum: str
    accuracy: float
    """Share of images whose top class is right, 0 to 1; those of a class that it does not know count as wrong."""
    unknown_classes: tuple[str, ...] = ()
    """Classes of the data that it does not know."""
    further_classes: tuple[str, ...] = ()
    """Classes that it knows and the data does not have."""


class Verdict(_Record):
    """The decision on one candidate."""

    candidate: Candidate
    blessed: bool
    reasons: tuple[str, ...]
    """Why it is refused; empty when it is blessed."""


class Thresholds(_Record):
    """What a candidate has to reach on the test split."""

    min_accuracy: float
    """0 to 1."""
    max_accuracy_drop: float
    """How far its accuracy may lie below the baseline's, 0 to 1."""


class Decision(_Record):
    """The decision of a run; what the pusher obeys and the report shows."""

    verdicts: dict[str, Verdict]
    """Framework to verdict."""
    champion: str | None
    """Framework of the best blessed candidate; None when none is blessed."""
    blessed_checksum: str | None
    """Checksum of the champion's bundle: the only one that may be pushed."""
    baseline: BaselineModel | None
    thresholds: Thresholds
    comparison: str
    """What the candidates were held against, in words."""

    def model_post_init(self, _context: Any) -> None:
        """Refuse a decision that contradicts itself, e.g. after its file was edited."""
        named = self.verdicts.get(self.champion) if self.champion else None
        expected = named.candidate.bundle_checksum if named and named.blessed else None
        if expected != self.blessed_checksum or (self.champion is not None and expected is None):
            raise ValueError("the blessed checksum is not that of a blessed champion")

    def write(self, folder: Path) -> None:
        """Write `decision.json` into the folder of the artifact."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / DECISION_FILE).write_text(self.model_dump_json(indent=2))

    @classmethod
    def read(cls, folder: Path) -> "Decision":
        """Read what `write` wrote."""
        return cls.model_validate_json((folder / DECISION_FILE).read_text())
