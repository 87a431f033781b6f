import pytest
from app_call import call
from colour_server import ColourServer
from tiny_bundles import CLASS_NAMES


def test_every_loaded_version_is_described_and_refused_ones_are_not(colours: ColourServer) -> None:
    reply = call(colours.app, "GET", "/models.json")

    assert (reply.status, reply.headers["content-type"], reply.headers["cache-control"]) == (
        200,
        "application/json",
        "no-store",
    )
    [model] = reply.json()["models"]
    assert (model["name"], model["labels"]) == ("colours", {"champion": "2", "stable": "1"})
    assert [version["version"] for version in model["versions"]] == ["2", "1"]
    version = model["versions"][0]
    assert version["class_names"] == list(CLASS_NAMES)
    assert (version["framework"], version["architecture"], version["backend"]) == ("keras", "cnn", "onnx")
    assert version["parity"]["passed"] is True
    assert (version["lineage"], version["packages"]) == ({"run_id": "run-1"}, {"tensorflow": "2.21.0"})
    assert version["created_at"] == "2026-01-02T00:00:00+00:00"


def test_a_version_tells_how_it_was_judged_and_an_older_one_that_it_does_not_know(colours: ColourServer) -> None:
    reply = call(colours.app, "GET", "/models.json")

    newer, older = reply.json()["models"][0]["versions"]
    assert set(newer["evaluation"]) == {"champion", "candidates", "thresholds", "images", "classes"}
    assert newer["evaluation"]["candidates"]["keras"]["accuracy"] == 0.95
    assert newer["evaluation"]["images"]["train"] == {"red": 1200, "green": 30, "blue": 20}
    assert older["evaluation"] is None


def test_the_answer_names_no_folder(colours: ColourServer) -> None:
    reply = call(colours.app, "GET", "/models.json")

    assert str(colours.folder).encode() not in reply.body
    assert b"sha256" not in reply.body


@pytest.mark.parametrize(
    ("method", "path", "status"), [("POST", "/models.json", 405), ("GET", "/models.json/colours", 404)]
)
def test_other_methods_and_paths_are_refused(colours: ColourServer, method: str, path: str, status: int) -> None:
    reply = call(colours.app, method, path)

    assert reply.status == status


def test_a_server_without_models_answers_an_empty_list(tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = ColourServer(tmp_path_factory.mktemp("unloaded"))
    reply = call(empty.app, "GET", "/models.json")
    empty.close()

    assert reply.json() == {"models": []}
