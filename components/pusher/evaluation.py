"""Say why a bundle is pushed: the champion's figures, those of the other candidates, and the data behind them."""

from components.decision import Candidate, Decision
from components.image_counts import ImageCounts
from serving.evaluation import CandidateFigures, ClassFigures, Evaluation, Thresholds


def make_evaluation(decision: Decision, counts: ImageCounts) -> Evaluation:
    """Return what readers of the pushed bundle should know of its evaluation.

    Args:
        decision: A decision with a champion.
        counts: Images of the run's data by split and class.
    """
    champion, baseline = str(decision.champion), decision.baseline
    return Evaluation(
        bundle_checksum=str(decision.blessed_checksum),
        champion=champion,
        candidates={
            framework: CandidateFigures(
                accuracy=verdict.candidate.metrics.accuracy if verdict.candidate.metrics else None,
                loss=verdict.candidate.metrics.loss if verdict.candidate.metrics else None,
                blessed=verdict.blessed,
                reasons=verdict.reasons,
            )
            for framework, verdict in decision.verdicts.items()
        },
        thresholds=Thresholds(
            **decision.thresholds.model_dump(),
            previous_version=baseline.version if baseline else None,
            previous_accuracy=baseline.accuracy if baseline else None,
        ),
        images=_by_split(counts),
        classes=_by_class(decision.verdicts[champion].candidate),
    )


def _by_split(counts: ImageCounts) -> dict[str, dict[str, int]]:
    by_split: dict[str, dict[str, int]] = {}
    for (split, label), images in sorted(counts.items()):
        by_split.setdefault(split, {})[label] = images
    return by_split


def _by_class(candidate: Candidate) -> dict[str, ClassFigures]:
    per_class = candidate.metrics.per_class if candidate.metrics else {}
    return {
        name: ClassFigures(accuracy=figures["accuracy"], precision=figures["precision"], recall=figures["recall"])
        for name, figures in per_class.items()
    }
