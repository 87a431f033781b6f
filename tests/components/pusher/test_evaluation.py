import pytest
from candidates import make_candidate

from components.decision import BaselineModel, Decision, Metrics, Thresholds, Verdict
from components.pusher.evaluation import make_evaluation
from serving.evaluation import CandidateFigures, ClassFigures

CHECKSUM = "a" * 64


def verdict(framework: str, metrics: Metrics | None, *reasons: str) -> Verdict:
    candidate = make_candidate(framework=framework, bundle_checksum=CHECKSUM, metrics=metrics)
    return Verdict(candidate=candidate, blessed=not reasons, reasons=reasons)


@pytest.fixture
def decision() -> Decision:
    of_cats = {"accuracy": 0.8, "precision": None, "recall": 0.7, "images": 10.0}
    metrics = Metrics(accuracy=0.9, loss=0.25, per_class={"cat": of_cats}, confusion_matrix=())
    return Decision(
        verdicts={
            "keras": verdict("keras", metrics),
            "pytorch": verdict("pytorch", None, "there is no evaluation of it"),
        },
        champion="keras",
        blessed_checksum=CHECKSUM,
        baseline=BaselineModel(version="3", bundle_checksum="old", accuracy=0.85),
        thresholds=Thresholds(min_accuracy=0.5, max_accuracy_drop=0.01),
        comparison="",
    )


def test_every_candidate_is_told_and_the_champion_by_class(decision: Decision) -> None:
    evaluation = make_evaluation(decision, {})

    assert (evaluation.champion, evaluation.bundle_checksum) == ("keras", CHECKSUM)
    assert evaluation.candidates == {
        "keras": CandidateFigures(accuracy=0.9, loss=0.25, blessed=True, reasons=()),
        "pytorch": CandidateFigures(accuracy=None, loss=None, blessed=False, reasons=("there is no evaluation of it",)),
    }
    assert evaluation.classes == {"cat": ClassFigures(accuracy=0.8, precision=None, recall=0.7)}


def test_thresholds_name_the_version_that_was_there_before(decision: Decision) -> None:
    first = make_evaluation(decision.model_copy(update={"baseline": None}), {}).thresholds
    second = make_evaluation(decision, {}).thresholds

    assert (first.min_accuracy, first.previous_version, first.previous_accuracy) == (0.5, None, None)
    assert (second.max_accuracy_drop, second.previous_version, second.previous_accuracy) == (0.01, "3", 0.85)


def test_images_are_counted_by_split_and_class(decision: Decision) -> None:
    counts = {("train", "dog"): 3, ("train", "cat"): 4, ("test", "cat"): 1}

    assert make_evaluation(decision, counts).images == {"train": {"cat": 4, "dog": 3}, "test": {"cat": 1}}
