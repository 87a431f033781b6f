import subprocess
import sys
import venv

import pytest

from requirements.install import STAMP, UNFINISHED, SetUpError, choose_interpreter, fingerprint, is_current, world_of
from requirements.interpreters import REPOSITORY, Interpreter
from requirements.worlds import MODERN_LIST, OLDER_GLIBC_LIST


def interpreter(python, *, glibc=(2, 36), missing=()):
    return Interpreter(
        executable="/usr/bin/python" + ".".join(map(str, python[:2])),
        python=python,
        system="Linux",
        machine="x86_64",
        base="glibc",
        base_version=glibc,
        missing=list(missing),
    )


@pytest.fixture(scope="module")
def bare_environment(tmp_path_factory):
    environment = tmp_path_factory.mktemp("bare") / ".venv"
    venv.create(environment, with_pip=False)
    (environment / "bin" / "pip").touch()
    return environment


@pytest.fixture
def environment(bare_environment):
    yield bare_environment
    for name in (STAMP, UNFINISHED):
        (bare_environment / name).unlink(missing_ok=True)


class TestChooseInterpreter:
    def test_the_first_that_fits_is_taken_in_silence(self, capsys):
        chosen, world = choose_interpreter([interpreter((3, 11, 7)), interpreter((3, 10, 13))])

        assert chosen.python == (3, 11, 7)
        assert world.list_path == OLDER_GLIBC_LIST
        assert capsys.readouterr().out == ""

    def test_another_is_taken_and_the_reason_told_when_the_first_does_not_fit(self, capsys):
        chosen, _ = choose_interpreter([interpreter((3, 13, 0)), interpreter((3, 11, 7))])

        assert chosen.python == (3, 11, 7)
        assert "Python 3.13 cannot be used with glibc 2.36" in capsys.readouterr().out

    def test_one_without_headers_is_passed_over(self):
        bare = interpreter((3, 13, 5), glibc=(2, 41), missing=["Python's C headers"])
        chosen, world = choose_interpreter([bare, interpreter((3, 12, 1), glibc=(2, 41))])

        assert chosen.python == (3, 12, 1)
        assert world.list_path == MODERN_LIST

    def test_the_refusal_is_about_the_first_when_none_fits(self):
        with pytest.raises(SetUpError, match=r"Python 3\.9 is not supported"):
            choose_interpreter([interpreter((3, 9, 18)), interpreter((3, 12, 1))])

    def test_what_is_missing_is_named_together(self):
        with pytest.raises(SetUpError, match=r"python3\.11 lacks a C\+\+ compiler and Python's C headers: install"):
            choose_interpreter([interpreter((3, 11, 7), missing=["a C++ compiler", "Python's C headers"])])


class TestIsCurrent:
    def test_no_environment_is_not_current(self, tmp_path):
        assert not is_current(tmp_path / ".venv")

    def test_an_environment_without_stamp_is_not_current(self, environment):
        assert not is_current(environment)

    def test_the_stamp_of_the_list_as_it_is_makes_it_current(self, environment):
        (environment / STAMP).write_text(f"{MODERN_LIST} {fingerprint(MODERN_LIST)}\n")

        assert is_current(environment)

    def test_a_stamp_from_before_an_unfinished_update_does_not_count(self, environment):
        (environment / STAMP).write_text(f"{MODERN_LIST} {fingerprint(MODERN_LIST)}\n")
        (environment / UNFINISHED).touch()

        assert not is_current(environment)

    @pytest.mark.parametrize("stamp", ["", "torn", f"{MODERN_LIST} {'0' * 64}", f"requirements/gone.txt {'0' * 64}"])
    def test_any_other_stamp_is_not_current(self, environment, stamp):
        (environment / STAMP).write_text(stamp)

        assert not is_current(environment)


class TestWorldOf:
    def test_an_environment_that_starts_is_updated_in_place(self, environment):
        assert world_of(environment) is not None

    def test_an_unfinished_environment_is_made_afresh(self, environment):
        (environment / UNFINISHED).touch()

        assert world_of(environment) is None

    def test_a_folder_without_python_is_made_afresh(self, tmp_path):
        assert world_of(tmp_path) is None


def test_set_up_needs_no_installed_package():
    # -S leaves site-packages out.
    subprocess.run([sys.executable, "-S", "-c", "import requirements.install"], cwd=REPOSITORY, check=True)
