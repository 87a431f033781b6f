from pathlib import Path

import pytest
from candidates import make_candidate

from components.decision import Decision, Thresholds, Verdict
from pipeline.kubeflow.verdict import main


def decision(*, blessed: bool) -> Decision:
    candidate = make_candidate(tfma_passed=blessed)
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
