"""The rules of promotion: who is blessed, why not, and who is champion. Pure: numbers in, a decision out."""

from collections.abc import Sequence

from components.decision import BaselineModel, Candidate, Decision, Thresholds, Verdict


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
        thresholds=Thresholds(min_accuracy=min_accuracy, max_accuracy_drop=max_accuracy_drop),
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
    measured = f"accuracy {baseline.accuracy:.4f} on the same test split"
    unknown, further = (", ".join(map(repr, of)) for of in (baseline.unknown_classes, baseline.further_classes))
    return (
        f"compared with version {baseline.version}, pushed now, {measured}{allowed}"
        + (f"; it does not know {unknown}, whose images count as its mistakes" if unknown else "")
        + (f"; it also knows {further}, of which the data has no image, and no candidate does" if further else "")
    )
