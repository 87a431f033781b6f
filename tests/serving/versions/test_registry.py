import threading
from pathlib import Path

import pytest
from tiny_bundles import write_bundle

from serving.backends.onnx import OnnxBackend
from serving.errors import InvalidRequestError, NotFoundError
from serving.versions.registry import LoadedVersion, Registry
from serving.versions.states import State, VersionStatus


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    registry = Registry()
    for number in (9, 10):
        registry.publish(open_version(tmp_path / str(number), number))
    return registry


def open_version(folder: Path, number: int) -> LoadedVersion:
    manifest = write_bundle(folder)
    backend = OnnxBackend(folder / "model.onnx", threads=1)
    return LoadedVersion(model="colours", number=number, backend=backend, manifest=manifest)


def test_the_newest_version_answers_unless_one_is_named(registry: Registry) -> None:
    assert registry.peek("colours").number == 10
    assert registry.peek("colours", version=9).number == 9


def test_champion_is_the_newest_until_it_is_given_away(registry: Registry) -> None:
    assert registry.peek("colours", label="champion").number == 10

    registry.set_labels("colours", {"champion": 9, "canary": 10, "gone": 4})

    assert registry.peek("colours", label="champion").number == 9
    assert registry.peek("colours", label="canary").number == 10
    assert registry.labels("colours") == {"champion": 9, "canary": 10}


@pytest.mark.parametrize(
    ("name", "asked", "error", "message"),
    [
        ("other", {}, NotFoundError, r"Servable not found for request: Latest\(other\)"),
        ("colours", {"version": 3}, NotFoundError, r"Servable not found for request: Specific\(colours, 3\)"),
        ("colours", {"label": "canary"}, InvalidRequestError, "Unrecognized servable version label: canary"),
    ],
)
def test_what_is_not_loaded_is_refused(
    registry: Registry, name: str, asked: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        registry.acquire(name, **asked)  # type: ignore[arg-type]


def test_a_withdrawn_version_takes_no_new_requests_and_waits_for_those_it_has(registry: Registry) -> None:
    held = registry.acquire("colours", version=9)
    gone = threading.Event()

    def withdraw() -> None:
        registry.withdraw("colours", 9, timeout_seconds=60)
        gone.set()

    thread = threading.Thread(target=withdraw)
    thread.start()
    while registry.statuses("colours")[-1].state is not State.UNLOADING:
        pass
    with pytest.raises(NotFoundError):
        registry.acquire("colours", version=9)
    assert not gone.is_set()
    registry.release(held)
    thread.join(60)

    assert gone.is_set()


def test_states_are_listed_newest_first_and_ended_ones_not_for_ever(registry: Registry) -> None:
    for number in range(100, 200):
        registry.note("colours", VersionStatus(number, State.END, "bad"))

    statuses = registry.statuses("colours")

    assert statuses[0] == VersionStatus(199, State.END, "bad")
    assert statuses[-1] == VersionStatus(9, State.AVAILABLE)
    assert len(statuses) == 52
    assert registry.statuses("other") == []
