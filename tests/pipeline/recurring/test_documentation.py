"""The commands and settings in the documentation are accepted."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.errors import UsageError
from pipeline.recurring.cron import parse_cron
from pipeline.recurring.kubernetes.manifests import cron_job
from pipeline.recurring.order import ScheduledOrder, recurring_name
from pipeline.recurring.systemd.units import timer_units
from pipeline.retrain import build_command_parser
from pipeline.settings import load_config

PAGE = (Path(__file__).parents[3] / "docs" / "retraining_in_production.md").read_text()
COMMANDS = re.findall(r"^python -m pipeline\.retrain (\w+ .*--.*)$", PAGE, flags=re.MULTILINE)
REFUSED = re.findall(r"^\| `([^`|]+)` \| (?:cron and|both to|six fields|never)", PAGE, flags=re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_accepted_with_its_schedule(command: str) -> None:
    options = build_command_parser().parse_args(shlex.split(command))

    if options.schedule:
        parse_cron(options.schedule)


def test_there_are_commands_of_every_kind() -> None:
    assert {command.split()[0] for command in COMMANDS} == {"cronjob", "deployment", "systemd", "kubeflow"}


@pytest.mark.parametrize("schedule", REFUSED)
def test_what_is_said_to_be_refused_is(schedule: str) -> None:
    with pytest.raises(UsageError):
        parse_cron(schedule)


def test_every_row_of_refusals_is_looked_at() -> None:
    assert len(REFUSED) == 4


def test_the_settings_make_manifests_and_units_under_the_names_that_are_used() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    settings: dict[str, Any] = yaml.safe_load(block)
    config = load_config(options=settings)
    order = ScheduledOrder(name=recurring_name(config), config=config, schedule=parse_cron("0 3 * * *"))

    _, job = yaml.safe_load_all(cron_job(order))
    assert f"cronjob/{job['metadata']['name']} " in PAGE
    for name in timer_units(order):
        assert f"units/{name}" in PAGE
    assert f"deploy/{order.name}-cronjob.yaml" in PAGE
