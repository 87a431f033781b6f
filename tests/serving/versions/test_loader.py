"""Versions come and go on disk while the model keeps answering."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from tiny_bundles import write_bundle

from serving.backends.opening import Opener
from serving.versions.loader import ModelLoader
from serving.versions.policy import Policy
from serving.versions.registry import Registry
from serving.versions.retries import Retries
from serving.versions.states import State, VersionStatus


class Place:
    """A model folder and what is loaded from it."""

    def __init__(self, folder: Path, policy: Policy) -> None:
        self.folder, self.registry, self.now = folder / "colours", Registry(), 0.0
        self.events: list[tuple[str, Mapping[str, object]]] = []
        opener = Opener(backend="onnx", threads=1, cores=1, max_batch_images=2, max_pixels=10_000)
        self.loader = ModelLoader(
            self.folder,
            registry=self.registry,
            open_version=opener.open,
            default_policy=policy,
            retries=Retries(lambda: self.now),
            drain_seconds=5,
            report=lambda event, facts: self.events.append((event, facts)),
        )

    def push(self, number: int, **options: str) -> Path:
        write_bundle(self.folder / str(number), **options)  # type: ignore[arg-type]
        return self.folder / str(number)

    def look(self) -> list[int]:
        self.loader.reconcile()
        return sorted(self.registry.loaded("colours"))

    def statuses(self) -> dict[int, VersionStatus]:
        return {status.number: status for status in self.registry.statuses("colours")}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, Policy())


def test_a_new_version_replaces_the_old_one(place: Place) -> None:
    place.push(1)
    assert place.look() == [1]

    place.push(2)

    assert place.look() == [2]
    assert [event for event, _ in place.events] == ["version_available", "version_available", "version_unloaded"]
    assert {number: status.state for number, status in place.statuses().items()} == {1: State.END, 2: State.AVAILABLE}


def test_a_version_that_is_still_copied_is_not_touched(place: Place) -> None:
    place.push(1)
    manifest = place.push(2) / "manifest.json"
    text = manifest.read_text()
    manifest.unlink()
    assert place.look() == [1]
    assert 2 not in place.statuses()

    manifest.write_text(text)

    assert place.look() == [2]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "model.onnx").write_bytes(b"cut"), "model.onnx has 3 bytes instead of"),
        (lambda folder: (folder / "model.onnx").unlink(), "model.onnx is missing"),
        (lambda folder: (folder / "manifest.json").write_text("{}"), "not a manifest of format_version 1"),
        (lambda folder: (folder / "extra").write_bytes(b""), "extra is not listed"),
    ],
)
def test_a_damaged_version_is_refused_and_the_old_one_stays(place: Place, damage: object, message: str) -> None:
    place.push(1)
    place.look()
    damage(place.push(2))  # type: ignore[operator]

    assert place.look() == [1]
    status = place.statuses()[2]
    assert (status.state, place.events[-1][0]) == (State.END, "version_refused")
    assert message in status.error
    assert str(place.folder) not in status.error


@pytest.mark.parametrize(("answer", "message"), [("Identity", "no probabilities of 3 classes"), ("Log", "warm-up")])
def test_a_version_that_answers_wrongly_when_warmed_up_is_refused(place: Place, answer: str, message: str) -> None:
    place.push(1)
    place.push(2, answer=answer)

    assert place.look() == [1]
    assert message in place.statuses()[2].error


def test_a_version_that_cannot_be_run_is_refused(place: Place) -> None:
    place.push(1)
    place.push(2, image="picture")

    assert place.look() == [1]
    assert "the model does not load" in place.statuses()[2].error


def test_a_refused_version_is_tried_again_when_it_is_repaired(place: Place) -> None:
    folder = place.push(2)
    content = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(b"cut")
    assert place.look() == []
    assert place.look() == []
    assert len(place.events) == 1

    (folder / "model.onnx").write_bytes(content)

    assert place.look() == [2]
    assert place.statuses()[2] == VersionStatus(2, State.AVAILABLE)


def test_removing_the_newest_version_rolls_back(place: Place) -> None:
    place.push(1)
    newest = place.push(2)
    place.look()

    shutil.rmtree(newest)

    assert place.look() == [1]


def test_pinning_rolls_back_and_unpinning_returns(place: Place) -> None:
    place.push(1)
    place.push(2)
    place.look()
    settings = place.folder / "serving.json"

    settings.write_text('{"versions": "specific:1", "labels": {"stable": 1}}')
    assert place.look() == [1]
    assert place.registry.labels("colours") == {"champion": 1, "stable": 1}
    settings.unlink()
    assert place.look() == [2]


def test_broken_settings_leave_everything_as_it_was_and_are_reported_once(place: Place) -> None:
    place.push(1)
    place.look()
    (place.folder / "serving.json").write_text("{")

    assert place.look() == [1]
    assert place.look() == [1]
    assert [event for event, _ in place.events].count("settings_refused") == 1


def test_an_emptied_folder_takes_no_model_down(place: Place) -> None:
    place.push(1)
    place.look()

    shutil.rmtree(place.folder)

    assert place.look() == [1]


def test_two_newest_versions_stay_under_their_policy(tmp_path: Path) -> None:
    place = Place(tmp_path, Policy(count=2))
    for number in (1, 2, 3):
        place.push(number)

    assert place.look() == [2, 3]
