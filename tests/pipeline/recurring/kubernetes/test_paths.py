"""What lies on no volume of the pod is refused, everything at once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.recurring.kubernetes.paths import WORKING_FOLDER, for_pod
from pipeline.recurring.order import ScheduledOrder

MakeOrder = Callable[..., ScheduledOrder]


def test_relative_paths_count_from_the_folder_of_the_image(order: MakeOrder) -> None:
    config = for_pod(order({"push_dir": "runs/pushed"}).config)

    assert (config.root, config.push_dir) == (Path("/app/runs"), Path("/app/runs/pushed"))


def test_that_folder_is_the_one_in_the_dockerfile() -> None:
    dockerfile = Path(__file__).parents[4] / "docker" / "pipeline.Dockerfile"

    assert f"WORKDIR {WORKING_FOLDER}\n" in dockerfile.read_text()


def test_everything_that_the_pod_would_lose_is_told_at_once(order: MakeOrder) -> None:
    settings: dict[str, Any] = {
        "root": "/somewhere",
        "push_dir": "/models",
        "data": {"path": "/photos", "schema_file": "/schema.pbtxt"},
        "models": {"pytorch": "/mine/model.py:build"},
        "train": {"weights": "weights.safetensors", "model": "cnn"},
    }

    with pytest.raises(UsageError) as error:
        for_pod(order(settings).config)

    told = [problem.split(" is ")[0] for problem in error.value.problems]
    assert told == [
        "root /somewhere",
        "push_dir /models",
        "data.path /photos",
        "data.schema_file /schema.pbtxt",
        "weights of keras /app/weights.safetensors",
        "model of pytorch /mine/model.py",
        "weights of pytorch /app/weights.safetensors",
    ]


def test_spans_on_the_data_volume_are_fine(order: MakeOrder) -> None:
    assert for_pod(order({"data": {"path": "/data/span-{SPAN}"}}).config).data.path == "/data/span-{SPAN}"


def test_a_file_of_a_model_in_the_image_is_fine(order: MakeOrder) -> None:
    for_pod(order({"frameworks": ["pytorch"], "train": {"model": "mine/model.py:build"}}).config)
