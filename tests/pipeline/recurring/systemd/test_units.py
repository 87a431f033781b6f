"""The units: systemd has nothing against them, and they say what was asked for."""

import configparser
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from systemd_analyze import NEEDED, exposure, verify

from pipeline.errors import ExitCode, UsageError
from pipeline.recurring.order import ScheduledOrder
from pipeline.recurring.systemd.units import service_units, timer_units

MakeOrder = Callable[..., ScheduledOrder]
Write = Callable[[ScheduledOrder], dict[str, str]]
NAME = "tandem-my-pets-retraining"
MOST_EXPOSED = 2.0
BOTH = pytest.mark.parametrize("write", [timer_units, service_units])


def settings(folder: Path, **systemd: Any) -> dict[str, Any]:
    """Return settings whose programs and folders are there, as `verify` looks for them."""
    here = {"python": sys.executable, "working_directory": str(folder)}
    return {"data": {"path": "/srv/my photos/50%"}, "recurring": {"systemd": {**here, **systemd}}}


def everything(folder: Path) -> dict[str, Any]:
    return settings(
        folder,
        credentials={"webhook": "/etc/tandem/secrets/webhook"},
        environment_file="/etc/tandem/environment",
        gpu=True,
        memory_max="8G",
        randomized_delay_seconds=600,
    )


def read(unit: str) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser(strict=True, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit)
    return {name: dict(parser[name]) for name in parser.sections()}


@NEEDED
@BOTH
@pytest.mark.parametrize("make", [settings, everything])
def test_systemd_has_nothing_against_the_units(
    order: MakeOrder, tmp_path: Path, write: Write, make: Callable[[Path], dict[str, Any]]
) -> None:
    assert verify(write(order(make(tmp_path))), tmp_path) == ""


@NEEDED
@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("KillMode=mixed", "KillMode=mixd", "Failed to parse kill mode"),
        ("ProtectHome=", "ProtectHomes=", "ProtectHomes"),
        ("SystemCallFilter=@system-service", "SystemCallFilter=@system-servce", "system-servce"),
        ("TimeoutStopSec=120s", "TimeoutStopSec=120 sec and a half", "Failed to parse time value"),
    ],
)
def test_it_would_have_something_against_a_mistake(
    order: MakeOrder, tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    units = timer_units(order(settings(tmp_path)))
    units[f"{NAME}.service"] = units[f"{NAME}.service"].replace(right, wrong)

    assert told in verify(units, tmp_path)


@NEEDED
@BOTH
def test_a_service_is_hardly_exposed(order: MakeOrder, tmp_path: Path, write: Write) -> None:
    assert exposure(write(order(settings(tmp_path)))[f"{NAME}.service"], tmp_path) <= MOST_EXPOSED


def test_the_timer_makes_up_once_for_what_was_missed(order: MakeOrder, tmp_path: Path) -> None:
    units = timer_units(order(settings(tmp_path, randomized_delay_seconds=600)))
    timer = read(units[f"{NAME}.timer"])

    assert timer["Timer"]["OnCalendar"] == "Sun *-*-* 03:00:00 Europe/Berlin"
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Timer"]["RandomizedDelaySec"] == "600s"
    assert timer["Install"] == {"WantedBy": "timers.target"}
    assert sorted(units) == [f"{NAME}.service", f"{NAME}.timer", f"{NAME}.yaml"]


def test_a_model_that_is_not_good_enough_is_no_failed_unit(order: MakeOrder, tmp_path: Path) -> None:
    service = read(timer_units(order(settings(tmp_path)))[f"{NAME}.service"])["Service"]

    assert service["Type"] == "oneshot"
    assert service["SuccessExitStatus"].split() == [str(int(ExitCode.NOT_BLESSED)), str(int(ExitCode.INTERRUPTED))]
    assert "Restart" not in service


def test_the_service_that_stays_is_started_again_unless_its_settings_are_wrong(
    order: MakeOrder, tmp_path: Path
) -> None:
    unit = read(service_units(order(settings(tmp_path)))[f"{NAME}.service"])

    assert unit["Service"]["Restart"] == "on-failure"
    assert unit["Service"]["RestartPreventExitStatus"] == str(int(ExitCode.USAGE))
    assert unit["Install"] == {"WantedBy": "multi-user.target"}


def test_the_command_reads_the_settings_beside_it(order: MakeOrder, tmp_path: Path) -> None:
    units = timer_units(order(settings(tmp_path)))
    service = read(units[f"{NAME}.service"])["Service"]

    command = f"{sys.executable} -m pipeline.retrain --once --config /etc/tandem/{NAME}.yaml"
    assert service["ExecStart"] == command
    content = yaml.safe_load(units[f"{NAME}.yaml"])
    assert content["root"] == str(tmp_path / "runs")
    assert content["data"] == {"path": "/srv/my photos/50%"}
    assert content["retrain"] == {"schedule": "0 3 * * 7", "time_zone": "Europe/Berlin"}


def test_it_writes_root_and_push_folder_and_reads_the_data(order: MakeOrder, tmp_path: Path) -> None:
    given = {**settings(tmp_path), "push_dir": "/srv/models", "root": "/srv/runs"}
    unit = read(timer_units(order(given))[f"{NAME}.service"])

    assert unit["Service"]["ReadWritePaths"] == "/srv/runs /srv/models"
    assert unit["Service"]["ReadOnlyPaths"] == '"/srv/my photos/50%%"'
    assert unit["Unit"]["RequiresMountsFor"] == '/srv/runs /srv/models "/srv/my photos/50%%"'
    assert (unit["Service"]["ProtectHome"], unit["Service"]["ProtectSystem"]) == ("yes", "strict")


def test_homes_stay_visible_where_the_data_lies_in_one(order: MakeOrder, tmp_path: Path) -> None:
    given = {**settings(tmp_path), "data": {"path": "/home/photos/span-{SPAN}/"}}
    service = read(timer_units(order(given))[f"{NAME}.service"])["Service"]

    assert (service["ProtectHome"], service["ReadOnlyPaths"]) == ("read-only", "/home/photos")


@pytest.mark.parametrize("changed", [{"working_directory": "/home/x/tandem"}, {"python": "/root/venv/bin/python"}])
def test_homes_stay_visible_where_code_or_interpreter_lie_in_one(
    order: MakeOrder, tmp_path: Path, changed: dict[str, str]
) -> None:
    service = read(timer_units(order(settings(tmp_path, **changed)))[f"{NAME}.service"])["Service"]

    assert service["ProtectHome"] == "read-only"


def test_files_of_models_and_weights_count_too(order: MakeOrder, tmp_path: Path) -> None:
    train = {"weights": "weights.safetensors", "model": "/home/x/model.py:build"}
    given = {**settings(tmp_path), "data": {"path": "digits"}, "frameworks": ["pytorch"], "train": train}
    service = read(timer_units(order(given))[f"{NAME}.service"])["Service"]

    assert service["ReadOnlyPaths"] == f"/home/x/model.py {tmp_path}/weights.safetensors"
    assert service["ProtectHome"] == "read-only"


def test_secrets_come_as_credentials_of_the_unit(order: MakeOrder, tmp_path: Path) -> None:
    service = read(timer_units(order(everything(tmp_path)))[f"{NAME}.service"])["Service"]

    assert service["LoadCredential"] == "webhook:/etc/tandem/secrets/webhook"
    assert service["EnvironmentFile"] == "/etc/tandem/environment"
    assert "PrivateDevices" not in service


def test_a_path_with_a_line_end_is_refused(order: MakeOrder, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has a character that no unit file can hold"):
        timer_units(order({**settings(tmp_path), "data": {"path": "/srv/a\nUser=root"}}))


@pytest.mark.parametrize("name", ["python", "working_directory", "config_folder"])
def test_other_paths_are_checked_with_the_settings(order: MakeOrder, tmp_path: Path, name: str) -> None:
    for path in ("relative", '/a"b', "/a\nb"):
        with pytest.raises(UsageError, match=f"recurring.systemd.{name}"):
            order(settings(tmp_path, **{name: path}))
