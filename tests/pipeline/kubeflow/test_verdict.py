from pathlib import Path

import pytest

from components.decision import Candidate, Decision, Thresholds, Verdict
from pipeline.kubeflow.verdict import main


def decision(*, blessed: bool) -> Decision:
    candidate = Candidate(
        framework="keras",
        bundle_checksum="abc",
        metrics=None,
        tfma_passed=blessed,
        parity_passed=True,
        parity={"saved_model": 0.0, "onnx": 0.0},
        parameters=1,
        train_seconds=1.0,
        predict_ms_per_image=1.0,
        bundle_mib=1.0,
    )
    reasons = () if blessed else ("accuracy 0.5 is below evaluation.min_accuracy 0.9",)
    return Decision(
        verdicts={"keras": Verdict(candidate=candidate, blessed=blessed, reasons=reasons)},
        champion="keras" if blessed else None,
        blessed_checksum="abc" if blessed else None,
        baseline=None,
        thresholds=Thresholds(min_accuracy=0.9, max_accuracy_drop=0),
        comparison="",
    )


def test_a_champion_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    decision(blessed=True).write(tmp_path)

    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == "tandem outcome: keras is blessed\n"


def test_no_champion_ends_with_3_and_the_reasons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    decision(blessed=False).write(tmp_path)

    assert main([str(tmp_path)]) == 3
    assert capsys.readouterr().err == (
        "tandem error: nothing is blessed and nothing was pushed;"
        " keras is refused: accuracy 0.5 is below evaluation.min_accuracy 0.9\n"
    )
