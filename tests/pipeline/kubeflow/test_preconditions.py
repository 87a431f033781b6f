from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.kubeflow.preconditions import describe_data, for_cluster, pipeline_name
from pipeline.settings import load_config

MOUNT = {"claim": "photos", "mount_path": "/data"}


def test_models_are_pushed_to_the_volume_by_default() -> None:
    assert for_cluster(load_config()).models_folder == Path("/models")


def test_a_push_folder_and_data_on_volumes_are_accepted() -> None:
    options = {"push_dir": "/models/team", "data": {"path": "/data/photos"}, "kubeflow": {"data_volume": MOUNT}}

    assert for_cluster(load_config(options=options)).models_folder == Path("/models/team")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"push_dir": "/elsewhere"}, "push_dir /elsewhere is not on kubeflow.push_volume, which pods see at /models"),
        ({"kubeflow": {"push_volume": None}}, "kubeflow.push_volume is not set"),
        ({"data": {"path": "photos"}}, "data.path photos must be an absolute path as the pods see it"),
        ({"data": {"path": "/data/photos"}}, "data.path /data/photos is on no volume"),
        ({"data": {"schema_file": "schema.pbtxt"}}, "data.schema_file schema.pbtxt must be an absolute path"),
        ({"train": {"model": "/here/model.py:build"}}, "model of keras: /here/model.py is a path of this machine"),
    ],
)
def test_what_pods_cannot_see_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        for_cluster(load_config(options=options))


def test_all_problems_come_at_once() -> None:
    options = {"push_dir": "/elsewhere", "data": {"path": "photos"}}

    with pytest.raises(UsageError) as caught:
        for_cluster(load_config(options=options))

    assert len(caught.value.problems) == 2


def test_underscores_become_hyphens_in_the_pipelines_name() -> None:
    assert pipeline_name(load_config(options={"model_name": "my_flowers"})) == "tandem-my-flowers"


def test_data_that_is_not_here_needs_the_number_of_classes() -> None:
    options: dict[str, Any] = {"data": {"path": "/data/photos"}, "kubeflow": {"data_volume": MOUNT}}
    with pytest.raises(UsageError, match=r"/data/photos is not on this machine.*set kubeflow\.num_classes"):
        describe_data(load_config(options=options))

    options["kubeflow"]["num_classes"] = 5

    assert len(describe_data(load_config(options=options)).labels) == 5


def test_spans_that_are_here_are_chosen_here(tmp_path: Path) -> None:
    for name in ("1/cat", "1/dog", "2/cat", "2/dog"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a.png").touch()

    data = describe_data(load_config(options={"data": {"path": f"{tmp_path}/{{SPAN}}", "spans": "all"}}))

    assert data.spans == "1,2"


def test_spans_that_are_not_here_are_left_to_the_pod_in_words() -> None:
    options = {"data": {"path": "/data/{SPAN}", "spans": 3, "until": 7}, "kubeflow": {"num_classes": 2}}

    assert describe_data(load_config(options=options)).spans == "last 3 until 7"


def test_a_pattern_that_is_not_here_is_still_checked() -> None:
    options = {"data": {"path": "/data/{SPAM}"}, "kubeflow": {"num_classes": 2}}

    with pytest.raises(UsageError, match="Did you mean 'SPAN'"):
        describe_data(load_config(options=options))
