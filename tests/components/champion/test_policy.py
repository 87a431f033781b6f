import math
from typing import Any

import pytest
from candidates import make_candidate

from components.champion.policy import decide
from components.decision import BaselineModel, Candidate, Decision, Metrics, Thresholds


def candidate(framework: str = "keras", accuracy: float = 0.95, loss: float = 0.2, **changes: Any) -> Candidate:
    metrics = Metrics(accuracy=accuracy, loss=loss, per_class={}, confusion_matrix=())
    values = {"framework": framework, "bundle_checksum": f"checksum of {framework}", "metrics": metrics}
    return make_candidate(**(values | changes))


def judge(*candidates: Candidate, baseline: float | None = None, drop: float = 0.0) -> Decision:
    pushed = BaselineModel(version="3", bundle_checksum="old", accuracy=baseline) if baseline is not None else None
    return decide(candidates, baseline=pushed, min_accuracy=0.9, max_accuracy_drop=drop)


def test_the_more_accurate_of_two_blessed_candidates_is_champion() -> None:
    decision = judge(candidate("keras", 0.95), candidate("pytorch", 0.96))

    assert decision.champion == "pytorch"
    assert decision.thresholds == Thresholds(min_accuracy=0.9, max_accuracy_drop=0.0)
    assert decision.blessed_checksum == "checksum of pytorch"
    assert all(verdict.blessed for verdict in decision.verdicts.values())


def test_equal_accuracy_is_decided_by_loss() -> None:
    assert judge(candidate("keras", loss=0.3), candidate("pytorch", loss=0.2)).champion == "pytorch"


def test_the_best_candidate_loses_to_a_blessed_one_when_it_is_refused_itself() -> None:
    best = candidate("keras", 0.99, parity_passed=False, parity_reasons=("ONNX differs by 0.5",))

    decision = judge(best, candidate("pytorch", 0.95))

    assert decision.champion == "pytorch"
    assert decision.verdicts["keras"].reasons == ("ONNX differs by 0.5",)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"accuracy": 0.89}, "accuracy 0.8900 is below evaluation.min_accuracy = 0.9"),
        ({"accuracy": math.nan}, "accuracy nan is below"),
        ({"metrics": None}, "there is no evaluation of it"),
        ({"parity_passed": False}, "not proven equal"),
        ({"tfma_passed": False}, "TensorFlow Model Analysis did not validate it"),
        ({"tfma_passed": False, "tfma_failures": ("TFMA: accuracy: too low",)}, "TFMA: accuracy: too low"),
    ],
)
def test_one_failed_gate_refuses_and_says_why(changes: dict[str, Any], reason: str) -> None:
    decision = judge(candidate(**changes))

    assert decision.champion is None
    assert decision.blessed_checksum is None
    assert reason in decision.verdicts["keras"].reasons[0]


def test_a_candidate_worse_than_the_pushed_model_is_refused() -> None:
    decision = judge(candidate(accuracy=0.95), baseline=0.951)

    assert decision.champion is None
    assert "worse than 0.9510 of version 3" in decision.verdicts["keras"].reasons[0]


@pytest.mark.parametrize(("accuracy", "baseline", "drop"), [(0.95, 0.95, 0.0), (0.96, 0.95, 0.0), (0.94, 0.95, 0.01)])
def test_a_candidate_that_is_not_worse_than_allowed_is_blessed(accuracy: float, baseline: float, drop: float) -> None:
    assert judge(candidate(accuracy=accuracy), baseline=baseline, drop=drop).champion == "keras"


def test_the_record_says_when_there_was_nothing_to_compare_with() -> None:
    assert judge(candidate()).comparison == "no model is pushed yet: the threshold alone decided"
    assert "version 3" in judge(candidate(), baseline=0.9).comparison


def test_a_decision_whose_checksum_was_edited_is_not_accepted() -> None:
    text = (
        judge(candidate()).model_dump_json().replace('"blessed_checksum":"checksum of keras"', '"blessed_checksum":"x"')
    )

    with pytest.raises(ValueError, match="not that of a blessed champion"):
        Decision.model_validate_json(text)


def test_classes_that_only_one_of_data_and_pushed_model_has_are_named() -> None:
    baseline = BaselineModel(
        version="3", bundle_checksum="old", accuracy=0.9, unknown_classes=("emu",), further_classes=("cat", "dog")
    )

    decision = decide([candidate()], baseline=baseline, min_accuracy=0.9, max_accuracy_drop=0.0)

    assert "it does not know 'emu', whose images count as its mistakes" in decision.comparison
    assert "it also knows 'cat', 'dog', of which the data has no image" in decision.comparison
