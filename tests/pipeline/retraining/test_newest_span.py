"""The newest span of real folders."""

from pathlib import Path

import pytest

from pipeline.config import DataConfig
from pipeline.errors import PipelineError
from pipeline.retraining.newest_span import find_newest_span, span_key


def test_it_is_the_newest_that_is_ready(tmp_path: Path) -> None:
    for name in ("span-1", "span-2", "span-10"):
        (tmp_path / name).mkdir()
    for name in ("span-1", "span-2"):
        (tmp_path / name / "_SUCCESS").touch()
    newest = find_newest_span(DataConfig(path=str(tmp_path / "span-{SPAN}"), ready_file="_SUCCESS"))

    assert newest is not None
    assert newest.name == "2"


def test_a_newer_version_is_newer(tmp_path: Path) -> None:
    for name in ("span-2-v1", "span-2-v2"):
        (tmp_path / name).mkdir()
    newest = find_newest_span(DataConfig(path=str(tmp_path / "span-{SPAN}-v{VERSION}")))

    assert newest is not None
    assert span_key(newest) == (2, 2)


def test_there_is_none_yet_or_ever(tmp_path: Path) -> None:
    assert find_newest_span(DataConfig(path=str(tmp_path / "span-{SPAN}"))) is None
    assert find_newest_span(DataConfig()) is None


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="absent cannot be listed"):
        find_newest_span(DataConfig(path=str(tmp_path / "absent" / "span-{SPAN}")))
