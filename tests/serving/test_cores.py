import os
from pathlib import Path

import pytest

from serving.cores import usable_cores


@pytest.mark.parametrize(
    ("text", "cores"), [("50000 100000", 1), ("100000 100000", 1), ("max 100000", None), ("9900000 100000", None)]
)
def test_a_container_is_held_to_its_quota(tmp_path: Path, text: str, cores: int | None) -> None:
    limit = tmp_path / "cpu.max"
    limit.write_text(text)

    assert usable_cores(limit) == (cores or len(os.sched_getaffinity(0)))


def test_without_a_container_all_allowed_cores_count(tmp_path: Path) -> None:
    assert usable_cores(tmp_path / "absent") == len(os.sched_getaffinity(0))
