from pathlib import Path

import pytest

from pipeline.bulk_inference.output_folder import whole_folder
from pipeline.errors import PipelineError


def test_the_output_appears_whole_when_the_block_ends(tmp_path: Path) -> None:
    output = tmp_path / "new" / "rows.jsonl"
    with whole_folder(output) as folder:
        (folder / "part").write_text("row")
        assert not output.exists()

    assert (output / "part").read_text() == "row"
    assert list(output.parent.iterdir()) == [output]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_nothing_is_left_when_the_block_fails(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), whole_folder(tmp_path / "rows") as folder:
        (folder / "part").write_text("row")
        raise error

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / ".rows.unfinished"
    (left / "beam-temp").mkdir(parents=True)
    (left / "part").write_text("half a row")

    with whole_folder(tmp_path / "rows"):
        pass

    assert list((tmp_path / "rows").iterdir()) == []


def test_a_second_run_to_the_same_output_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "rows") as folder:
        (folder / "part").write_text("row")
        with pytest.raises(PipelineError, match="another run is writing"), whole_folder(tmp_path / "rows"):
            pass

    assert (tmp_path / "rows" / "part").read_text() == "row"
