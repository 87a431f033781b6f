"""The command from the shell: quick to help, every mistake at once, files whole."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from loaded_modules import run_and_list_packages

from pipeline.retrain import main

PHOTOS = ["--data", "/data/photos", "--set", "recurring.pod.data_volume={claim: photos, mount_path: /data}"]


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def test_help_loads_no_library_beyond_the_standard_one() -> None:
    printed, packages = run_and_list_packages("from pipeline.retrain import main; main(['systemd', '--help'])")

    assert "--schedule CRON" in printed
    assert packages == set()


def test_manifests_go_to_the_screen_and_what_is_said_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cronjob", "--schedule", "0 3 * * *", "--time-zone", "Europe/Berlin", *PHOTOS]) == 0

    screen = capsys.readouterr()
    assert [manifest["kind"] for manifest in yaml.safe_load_all(screen.out)] == ["ConfigMap", "CronJob"]
    assert screen.err.startswith("Next: ")


def settings_in(manifests: str) -> dict[str, Any]:
    settings_map, _ = yaml.safe_load_all(manifests)
    found: dict[str, Any] = yaml.safe_load(settings_map["data"]["settings.yaml"])["retrain"]
    return found


def test_the_schedule_of_the_settings_is_the_cron_jobs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "photos.yaml"
    file.write_text("retrain: {schedule: 15 4 * * 7, time_zone: Europe/Berlin}\n")

    assert main(["cronjob", "--config", str(file)]) == 0

    manifests = capsys.readouterr().out
    _, job = yaml.safe_load_all(manifests)
    assert (job["spec"]["schedule"], job["spec"]["timeZone"]) == ("15 4 * * 0", "Europe/Berlin")
    assert settings_in(manifests) == {"schedule": "15 4 * * 7", "time_zone": "Europe/Berlin"}


def test_a_schedule_beside_conditions_is_when_a_cron_job_looks(capsys: pytest.CaptureFixture[str]) -> None:
    """With a schedule in its settings a run would be made each time, whether a condition holds or not."""
    assert main(["cronjob", "--schedule", "0 * * * *", "--set", "retrain.on_drift=true"]) == 0

    assert settings_in(capsys.readouterr().out) == {"on_drift": True}


def test_the_service_that_stays_gets_the_schedule_into_its_settings(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--schedule", "0 3 * * *", "--time-zone", "Europe/Berlin", "--set", "retrain.on_drift=true"]

    assert main(["deployment", *words]) == 0

    expected = {"on_drift": True, "schedule": "0 3 * * *", "time_zone": "Europe/Berlin"}
    assert settings_in(capsys.readouterr().out) == expected


def test_it_needs_no_schedule_where_it_has_a_condition(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deployment", "--set", "retrain.max_model_age=30d"]) == 0
    assert main(["systemd", "--form", "service"]) == 2

    assert "nothing says when to retrain; give --schedule, or settings of the section retrain" in said(capsys)


def test_a_deployment_goes_to_a_file_and_an_image_may_be_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "deep" / "service.yaml"
    image = f"registry.local/tandem@sha256:{'0' * 64}"

    assert main(["deployment", "--schedule", "0 3 * * *", "--image", image, "--output", str(path), *PHOTOS]) == 0

    _, service = yaml.safe_load_all(path.read_text())
    assert service["spec"]["template"]["spec"]["containers"][0]["image"] == image
    assert f"Wrote {path}" in said(capsys)
    assert [entry.name for entry in path.parent.iterdir()] == ["service.yaml"]


@pytest.mark.parametrize(
    ("form", "endings"), [("timer", [".service", ".timer", ".yaml"]), ("service", [".service", ".yaml"])]
)
def test_units_go_to_a_folder(tmp_path: Path, form: str, endings: list[str]) -> None:
    folder = tmp_path / "units"

    assert main(["systemd", "--form", form, "--schedule", "0 3 * * *", "--output", str(folder)]) == 0

    assert sorted(path.suffix for path in folder.iterdir()) == endings


def test_a_time_that_a_clock_change_takes_away_is_mentioned(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["systemd", "--schedule", "30 2 * * *", "--time-zone", "Europe/Berlin"]) == 0

    assert "note: 02:30 does not exist in Europe/Berlin on " in said(capsys)


def test_every_mistake_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--form", "tmer", "--shedule", "x", "--time-zone", "Berlin", "--set", "train.epoch=3", "--schedule", "0 3"]

    assert main(["systemd", *words]) == 2

    told = said(capsys)
    for sentence in (
        "unknown option '--shedule'; see --help. Did you mean '--schedule'",
        "unexpected argument 'x'",
        "--form 'tmer' is unknown; choices are timer, service. Did you mean 'timer'?",
        "unknown setting 'train.epoch'. Did you mean 'epochs'?",
        "schedule '0 3' has 2 fields",
        "time zone 'Berlin' is not known",
    ):
        assert sentence in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["cronjob"], "--schedule is missing"),
        (["cronjob", "--schedule", "0 0 3 * * *"], "has six fields, as Kubeflow Pipelines writes it"),
        (["cronjob", "--schedule", "0 3 * * *", "--data", "/photos"], "data.path /photos is on no volume that the pod"),
        (
            ["systemd", "--schedule", "0 3 * * *", "--set", "models.pytorch=torchvision:resnt18"],
            "model of pytorch: ",
        ),
        (["cronjob", "--schedule", "0 3 * * *", "--image", "tandem:latest"], "moving tag 'latest'"),
        (["cronjob", "--schedule", "0 3 * * *", "--output", "/proc/x/"], "--output /proc/x/"),
        (["systemd", "--schedule", "0 3 * * *", "--output", __file__], "is a file; several are written, name a folder"),
        (["kubeflow", "list"], "--host is missing"),
        (["kubeflow", "list", "--host", "somewhere:80"], "--host 'somewhere:80' does not start with http://"),
        (["kubeflow", "paus", "--host", "http://a"], "action 'paus' is unknown"),
        (
            ["kubeflow", "apply", "--host", "http://a", "--schedule", "0 3 * * *", "--time-zone", "Europe/Berlin"],
            "cannot be written for a Kubeflow server in UTC",
        ),
        (
            ["kubeflow", "apply", "--host", "http://a", "--schedule", "0 3 * * *", "--data", "/photos"],
            "kubeflow.num_classes",
        ),
    ],
)
def test_a_mistake_is_a_sentence_and_nothing_is_written(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2

    screen = capsys.readouterr()
    assert sentence in screen.err
    assert screen.out == ""


def test_what_the_pods_cannot_have_is_told_together_with_the_schedule(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--host", "http://a", "--time-zone", "Europe/Berlin", "--schedule", "0 3 * * *"]

    assert main(["kubeflow", "apply", *words, "--push-dir", "/elsewhere"]) == 2

    told = said(capsys)
    assert "cannot be written for a Kubeflow server" in told
    assert "push_dir /elsewhere is not on kubeflow.push_volume" in told
