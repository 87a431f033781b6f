from pathlib import Path

import pytest
import tiny_bundles

from pipeline.drift.__main__ import build_parser
from pipeline.drift.door import DriftOrder, check_everything
from pipeline.errors import UsageError


def check(*arguments: str) -> DriftOrder:
    options, unknown = build_parser().parse_known_args(list(arguments))
    return check_everything(options, unknown, ["--data", "--request-log", "--root"])


def problems_of(*arguments: str) -> str:
    with pytest.raises(UsageError) as caught:
        check(*arguments)
    return str(caught.value)


@pytest.fixture
def pushed(tmp_path: Path) -> Path:
    for name in ("1/cat", "2/cat", "2/dog"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        (tmp_path / "pets" / name / "a.png").touch()
    tiny_bundles.write_bundle(tmp_path / "runs" / "models" / "pets" / "7")
    return tmp_path


def test_what_is_compared_is_known_at_the_door(pushed: Path) -> None:
    log = pushed / "log"
    log.mkdir()

    order = check(
        *("--data", f"{pushed}/pets/{{SPAN}}", "--root", f"{pushed}/runs"),
        *("--request-log", str(log), "--hours", "6", "--set", "drift.min_images=5"),
    )

    assert (order.pushed.name, order.pushed.version, order.pushed.spans) == ("pets", 7, "")
    assert [span.name for span in order.new_spans] == ["2"]
    assert (order.config.drift.request_log, order.config.drift.hours, order.config.drift.min_images) == (log, 6, 5)


def test_nothing_to_compare_and_nothing_pushed_are_said_at_once(tmp_path: Path) -> None:
    said = problems_of("--root", str(tmp_path), "--reqest-log", "x")

    assert "unknown option '--reqest-log'; see --help. Did you mean '--request-log'?" in said
    assert "nothing to compare: the digits never change; name a pattern" in said
    assert "no version of digits is pushed in" in said


def test_a_request_log_and_a_pattern_that_are_not_there_are_named(pushed: Path) -> None:
    said = problems_of("--data", f"{pushed}/pest/{{SPAN}}", "--model-name", "pets", "--request-log", f"{pushed}/log")

    assert f"data folder {pushed}/pest does not exist" in said
    assert f"request log {pushed}/log is not a folder" in said


def test_a_pushed_folder_that_is_no_bundle_is_named(pushed: Path) -> None:
    (pushed / "runs" / "models" / "pets" / "8").mkdir()

    assert "there is no manifest" in problems_of("--data", f"{pushed}/pets/{{SPAN}}", "--root", f"{pushed}/runs")


def test_a_mistaken_setting_is_named() -> None:
    assert "Did you mean 'hours'?" in problems_of("--set", "drift.hour=3")
