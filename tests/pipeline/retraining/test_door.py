"""The door of the service: mistakes of service, notifications and pipeline in one answer."""

import argparse
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.retrain import build_parser
from pipeline.retraining.door import RetrainOrder, check_retraining


def check(*words: str) -> RetrainOrder:
    parser = build_parser()
    options, rest = parser.parse_known_args(list(words))
    assert isinstance(options, argparse.Namespace)
    return check_retraining(options, rest, [string for action in parser._actions for string in action.option_strings])


def problems(*words: str) -> tuple[str, ...]:
    with pytest.raises(UsageError) as caught:
        check(*words)
    return caught.value.problems


def test_what_is_not_the_service_s_own_is_passed_on_as_it_is(tmp_path: Path) -> None:
    root = str(tmp_path / "runs")
    words = ("--root", root, "--framework", "keras", "--set", "train.epochs=3", "--jobs", "2")
    order = check(words[0], words[1], "--schedule", "0 3 * * *", *words[2:], "--time-zone", "Europe/Berlin")

    assert order.run_arguments == words
    assert order.resume_arguments == ("--root", root, "--jobs", "2")
    assert (order.config.retrain.schedule, order.config.retrain.time_zone) == ("0 3 * * *", "Europe/Berlin")
    assert order.config.train.epochs == 3
    assert not (tmp_path / "runs").exists()


def test_options_go_before_settings_and_these_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "retrain.yaml"
    file.write_text("retrain: {every: 1h, schedule: '0 1 * * *', max_model_age: 30d, on_drift: true}\n")
    retrain = check(
        "--config", str(file), "--set", "retrain.every=2h", "--set", "retrain.schedule=0 2 * * *", "--every", "3h"
    ).config.retrain

    assert (str(retrain.every), retrain.schedule, retrain.max_model_age.days if retrain.max_model_age else 0) == (
        "3:00:00",
        "0 2 * * *",
        30,
    )
    assert retrain.on_drift


@pytest.mark.parametrize("schedule", ["* * * * *", "*/5 * * * *", "0 3 * * mon,thu"])
def test_stars_of_a_schedule_survive_the_way_through_yaml(schedule: str) -> None:
    assert check("--schedule", schedule).config.retrain.schedule == schedule


def test_all_mistakes_are_said_at_once() -> None:
    found = problems(
        *("--schedule", "0 0 3 * * *", "--time-zone", "Berlin", "--every", "6", "--frmework", "keras", "--dry-run"),
        *("--data", "/absent", "--set", "train.epoch=3", "--max-model-age", "x"),
    )

    for sentence in (
        "six fields",
        "Did you mean 'Europe/Berlin'?",
        "setting 'retrain.every'",
        "setting 'retrain.max_model_age'",
        "unknown option '--frmework'",
        "--dry-run is for a single run",
        "unknown setting 'train.epoch'",
        "/absent does not exist",
    ):
        assert any(sentence in problem for problem in found), (sentence, found)


def test_missing_secrets_and_programs_are_said_beside_other_mistakes() -> None:
    found = problems(
        *("--schedule", "0 3 * * *", "--data", "/absent"),
        *("--set", "retrain.notify.webhooks=[{url_env: TANDEM_ABSENT}]"),
        *("--set", "retrain.notify.commands=[{argv: [absent-program]}]"),
    )

    assert any("environment variable TANDEM_ABSENT is empty or not set" in problem for problem in found)
    assert any("absent-program: there is no such program" in problem for problem in found)
    assert any("/absent does not exist" in problem for problem in found)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "nothing would ever start a run"),
        (("--on-new-span",), "--on-new-span needs data with spans, such as 'data/span-{SPAN}', and not 'digits'"),
        (("--once", "--runner", "kubeflow"), "--runner kubeflow is scheduled by Kubeflow Pipelines itself"),
        (("--once", "--resume"), "--resume is for a single run"),
        (("--once", "--from", "Transform"), "--from is for a single run"),
        (("--once", "--onc"), "unknown option '--onc'; see --help. Did you mean '--once'"),
        (("--once", "status"), "unexpected argument 'status'"),
    ],
)
def test_what_would_never_work_is_said(words: tuple[str, ...], sentence: str) -> None:
    found = problems(*words)

    assert any(sentence in problem for problem in found), found
    assert len(found) == 1


def test_new_spans_beyond_a_fixed_last_one_are_pointed_out(tmp_path: Path) -> None:
    for label in ("a", "b"):
        (tmp_path / "span-1" / label).mkdir(parents=True)
        (tmp_path / "span-1" / label / "x.png").touch()
    found = problems("--on-new-span", "--data", str(tmp_path / "span-{SPAN}"), "--set", "data.until=1")

    assert found == ("--on-new-span: data.until 1 keeps new spans out of every run; leave it out",)
