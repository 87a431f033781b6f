import ast
import os
import sys
from pathlib import Path

import pytest

from requirements import interpreters
from requirements.interpreters import read_interpreter, this_interpreter

SET_UP_FILES = sorted(Path(interpreters.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", SET_UP_FILES, ids=lambda path: path.name)
def test_set_up_code_is_readable_for_python_3_6(path):
    ast.parse(path.read_text(), feature_version=(3, 6))


def test_the_facts_are_those_of_the_running_interpreter():
    facts = this_interpreter()

    assert facts.python == sys.version_info[:3]
    assert facts.base in {"glibc", "musl", "macos"}
    assert len(facts.base_version) == 2


def test_another_interpreter_reports_the_same_facts_as_it_would_itself():
    assert read_interpreter(sys.executable) == this_interpreter()


def test_the_executable_outlives_the_environment_it_was_started_from():
    assert not os.path.islink(this_interpreter().executable)


def test_a_command_that_does_not_start_python_has_no_facts(tmp_path):
    switched_off = tmp_path / "python3.12"
    switched_off.write_text("#!/bin/sh\nexit 127\n")
    switched_off.chmod(0o755)

    assert read_interpreter(str(switched_off)) is None
    assert read_interpreter(str(tmp_path / "absent")) is None
