import pytest
from pydantic import ValidationError

from serving.evaluation import CandidateFigures, Evaluation, Thresholds


def test_a_champion_that_is_no_candidate_is_refused() -> None:
    with pytest.raises(ValidationError, match="the champion 'torch' is none of keras"):
        Evaluation(
            bundle_checksum="0" * 64,
            champion="torch",
            candidates={"keras": CandidateFigures(accuracy=1, loss=0, blessed=True, reasons=())},
            thresholds=Thresholds(min_accuracy=0, max_accuracy_drop=0, previous_version=None, previous_accuracy=None),
            images={},
            classes={},
        )


@pytest.mark.parametrize("figures", [{"accuracy": 1.2, "loss": 0}, {"accuracy": 1, "loss": float("nan")}])
def test_figures_out_of_range_are_refused(figures: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        CandidateFigures(**figures, blessed=True, reasons=())
