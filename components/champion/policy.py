"""The rules of promotion: who is blessed, why not, and who is champion. Pure: numbers in, a decision out."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Metrics(_Record):
    """Figures of one model on the test split, as TFMA computed them."""

    accuracy: float
    """Share of images whose top class is right, 0 to 1."""
    loss: float
    """Mean categorical cross-entropy, nats."""
    per_class: dict[str, dict[str, float]]
    """Class name to `{precision, recall, accuracy, images}`; precision and recall at probability 0.5."""
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


class Verdict(_Record):
    """The decision on one candidate."""

    candidate: Candidate
    blessed: bool
    reasons: tuple[str, ...]
    """Why it is refused; empty when it is blessed."""


class Decision(_Record):
    """The decision of a run; what the pusher obeys and the report shows."""

    verdicts: dict[str, Verdict]
    """Framework to verdict."""
    champion: str | None
    """Framework of the best blessed candidate; None when none is blessed."""
    blessed_checksum: str | None
    """Checksum of the champion's bundle: the only one that may be pushed."""
    baseline: BaselineModel | None
    comparison: str
    """What the candidates were held against, in words."""

    def model_post_init(self, _context: Any) -> None:
        """Refuse a decision that contradicts itself, e.g. after its file was edited."""
        named = self.verdicts.get(self.champion) if self.champion else None
        expected = named.candidate.bundle_checksum if named and named.blessed else None
        if expected != self.blessed_checksum or (self.champion is not None and expected is None):
            raise ValueError("the blessed checksum is not that of a blessed champion")


def decide(
    candidates: Sequence[Candidate],
    *,
    baseline: BaselineModel | None,
    min_accuracy: float,
    max_accuracy_drop: float,
) -> Decision:
    """Judge every candidate by the same rules and choose the best of the blessed.

    Args:
        candidates: One of each framework.
        baseline: The model pushed now, or None.
        min_accuracy: Accuracy that a candidate must reach, 0 to 1.
        max_accuracy_drop: How far it may lie below the baseline's accuracy, 0 to 1.
    """
    verdicts = {}
    for candidate in candidates:
        reasons = _reasons(candidate, baseline, min_accuracy, max_accuracy_drop)
        verdicts[candidate.framework] = Verdict(candidate=candidate, blessed=not reasons, reasons=tuple(reasons))
    blessed = [verdict.candidate for verdict in verdicts.values() if verdict.blessed]
    champion = min(blessed, key=_rank, default=None)
    return Decision(
        verdicts=verdicts,
        champion=champion.framework if champion else None,
        blessed_checksum=champion.bundle_checksum if champion else None,
        baseline=baseline,
        comparison=_comparison(baseline, max_accuracy_drop),
    )


def _rank(candidate: Candidate) -> tuple[float, float, str]:
    """Order the best first: highest accuracy, then lowest loss, then name so that a tie never depends on chance."""
    metrics = candidate.metrics
    if metrics is None:
        return (float("inf"), float("inf"), candidate.framework)
    return (-metrics.accuracy, metrics.loss, candidate.framework)


def _reasons(
    candidate: Candidate, baseline: BaselineModel | None, min_accuracy: float, max_accuracy_drop: float
) -> list[str]:
    reasons = list(candidate.parity_reasons)
    if not candidate.parity_passed and not reasons:
        reasons.append("the exports were not proven equal to the trained model")
    if candidate.metrics is None:
        return [*reasons, "there is no evaluation of it"]
    accuracy = candidate.metrics.accuracy
    if not accuracy >= min_accuracy:  # written so that NaN is refused
        reasons.append(f"accuracy {accuracy:.4f} is below evaluation.min_accuracy = {min_accuracy:g}")
    if baseline is not None and not accuracy >= baseline.accuracy - max_accuracy_drop - 1e-9:
        reasons.append(
            f"accuracy {accuracy:.4f} is worse than {baseline.accuracy:.4f} of version {baseline.version},"
            f" which is pushed now (evaluation.max_accuracy_drop = {max_accuracy_drop:g})"
        )
    if not candidate.tfma_passed and not reasons:
        reasons.extend(candidate.tfma_failures or ("TensorFlow Model Analysis did not validate it",))
    return reasons


def _comparison(baseline: BaselineModel | None, max_accuracy_drop: float) -> str:
    if baseline is None:
        return "no model is pushed yet: the threshold alone decided"
    allowed = f", at most {max_accuracy_drop:g} below it" if max_accuracy_drop else ""
    return f"version {baseline.version}, pushed now, accuracy {baseline.accuracy:.4f} on the same test split{allowed}"
