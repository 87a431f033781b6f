from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.kubeflow.lint.__main__ import main


def test_a_clean_package_ends_with_0(
    sample: list[dict[str, Any]], write_package: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(write_package(sample))]) == 0
    assert "nothing found by" in capsys.readouterr().out


def test_findings_are_printed_with_the_rules_name_and_end_with_2(
    sample: list[dict[str, Any]], write_package: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    sample[0]["schemaVersion"] = "2.0.0"

    assert main([str(write_package(sample))]) == 2
    assert capsys.readouterr().out.startswith("schema-version: ")


def test_help_names_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])

    assert "push-volume" in capsys.readouterr().out
