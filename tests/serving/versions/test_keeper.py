import threading
from collections.abc import Mapping
from pathlib import Path

from tiny_bundles import write_bundle

from serving.backends.opening import Opener
from serving.versions.keeper import Keeper
from serving.versions.loader import ModelLoader
from serving.versions.policy import Policy
from serving.versions.registry import Registry
from serving.versions.retries import Retries


def make_keeper(models: Path, registry: Registry, *only: str, changed: threading.Event | None = None) -> Keeper:
    opener = Opener(backend="onnx", threads=1, cores=1, max_batch_images=2, max_pixels=10_000)

    def report(event: str, facts: Mapping[str, object]) -> None:
        if changed is not None:
            changed.set()

    def make_loader(folder: Path) -> ModelLoader:
        return ModelLoader(
            folder,
            registry=registry,
            open_version=opener.open,
            default_policy=Policy(),
            retries=Retries(),
            drain_seconds=5,
            report=report,
        )

    return Keeper(models, only=only, make_loader=make_loader, poll_seconds=0.01, report=report)


def test_models_that_appear_later_are_found(tmp_path: Path) -> None:
    registry = Registry()
    keeper = make_keeper(tmp_path, registry)
    write_bundle(tmp_path / "colours" / "1")
    keeper.look()
    write_bundle(tmp_path / "shapes" / "1")
    keeper.look()

    assert registry.models() == ["colours", "shapes"]


def test_only_named_models_are_served(tmp_path: Path) -> None:
    registry = Registry()
    write_bundle(tmp_path / "colours" / "1")
    write_bundle(tmp_path / "shapes" / "1")

    make_keeper(tmp_path, registry, "shapes").look()

    assert registry.models() == ["shapes"]


def test_the_thread_loads_what_is_there_and_what_comes(tmp_path: Path) -> None:
    registry, changed = Registry(), threading.Event()
    keeper = make_keeper(tmp_path, registry, changed=changed)
    assert not keeper.is_settled

    keeper.start()
    write_bundle(tmp_path / "colours" / "1")
    assert changed.wait(60)
    keeper.stop()

    assert keeper.is_settled
    assert registry.peek("colours").number == 1
