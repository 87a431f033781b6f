import subprocess
import sys

import pytest
from pydantic import ValidationError

from pipeline.beam.config import BeamConfig
from pipeline.errors import UsageError
from pipeline.settings import load_config


def test_the_default_is_one_thread_in_the_process() -> None:
    assert BeamConfig() == BeamConfig(runner="in_process", workers=0, image=None, args=())


def test_options_may_be_one_text_as_in_an_assignment() -> None:
    config = load_config(assignments=["beam.runner=flink", "beam.args=--flink_master=[local] --parallelism=2"])

    assert config.beam.args == ("--flink_master=[local]", "--parallelism=2")


def test_an_unknown_runner_is_refused_with_the_nearest_right_one() -> None:
    with pytest.raises(ValidationError, match="Did you mean 'flink'"):
        BeamConfig(runner="flnk")


def test_every_problem_is_a_line_of_its_own() -> None:
    with pytest.raises(UsageError) as raised:
        load_config(assignments=["beam.runner=dataflow", "beam.args=--regin=x"])

    assert len(str(raised.value).splitlines()) == 3


def test_settings_are_checked_without_importing_beam() -> None:
    code = (
        "import sys; from pipeline.beam.config import BeamConfig\n"
        "BeamConfig(runner='flink', args='--flink_master=[local]')\n"
        "assert 'apache_beam' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr
