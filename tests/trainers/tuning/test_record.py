import json
from pathlib import Path

import pytest

from trainers.errors import TuningError
from trainers.tuning.record import SearchRecord, read_search

TRIAL = {
    "number": 1,
    "outcome": "complete",
    "values": {"learning_rate": 0.0123456, "augmentation.policy": "seed"},
    "objective": 0.9,
    "loss": 0.3,
    "best_epoch": 2,
    "seconds": 1.5,
}
SEARCH = {"objective": "accuracy", "best": 1, "trials": [TRIAL]}


def test_it_is_read_from_the_file_that_tfx_writes(tmp_path: Path) -> None:
    (tmp_path / "best_hyperparameters.txt").write_text(json.dumps({"space": [], "values": {}, "search": SEARCH}))
    record = read_search(tmp_path)
    assert record == SearchRecord.model_validate(SEARCH)
    expected = "1 trials; best 1: eval accuracy 0.9000 with learning_rate=0.0123, augmentation.policy=seed"
    assert str(record) == expected


@pytest.mark.parametrize("content", [None, "no JSON", "{}", json.dumps({"search": {"best": 1}})])
def test_anything_else_is_no_search(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "best_hyperparameters.txt").write_text(content)
    with pytest.raises(TuningError, match="holds no search of this version"):
        read_search(tmp_path)
