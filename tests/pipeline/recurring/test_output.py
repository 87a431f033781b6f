"""Generated files: on the screen, as one file or in a folder; whole or not at all."""

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.recurring.output import write_files

TWO = {"a.timer": "[Timer]\n", "a.service": "[Service]\n"}


def test_one_file_takes_the_name_that_is_given_or_its_own_in_a_folder(tmp_path: Path) -> None:
    assert write_files({"a.yaml": "x\n"}, str(tmp_path / "b.yaml")) == (tmp_path / "b.yaml",)
    assert write_files({"a.yaml": "x\n"}, f"{tmp_path}/new/") == (tmp_path / "new" / "a.yaml",)
    assert write_files({"a.yaml": "y\n"}, str(tmp_path)) == (tmp_path / "a.yaml",)
    assert (tmp_path / "a.yaml").read_text() == "y\n"


def test_several_go_into_a_folder(tmp_path: Path) -> None:
    write_files(TWO, str(tmp_path / "units"))

    assert {path.name: path.read_text() for path in (tmp_path / "units").iterdir()} == TWO


def test_on_the_screen_each_of_several_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert write_files(TWO, "-") == ()

    assert capsys.readouterr().out == "# a.timer\n[Timer]\n# a.service\n[Service]\n"


def test_a_single_one_is_written_to_the_screen_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    write_files({"a.yaml": "x\n"}, "-")

    assert capsys.readouterr().out == "x\n"


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError, match="cannot be written: "):
        write_files(TWO, str(tmp_path / "file" / "below"))
