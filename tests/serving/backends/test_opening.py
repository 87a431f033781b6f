from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tiny_bundles import CLASS_NAMES, RED, encode, expected, write_bundle

from serving.backends.base import Answers, Image
from serving.backends.opening import Opener, _load_with_best_threads
from serving.errors import BundleDamagedError, LoadError


class Recorded:
    """A backend that only remembers its threads and whether it was closed."""

    name = "recorded"

    def __init__(self, threads: int) -> None:
        self.threads, self.is_closed = threads, False

    def classify(self, images: Sequence[Image]) -> Answers:
        return Answers([], 0, 0)

    def close(self) -> None:
        self.is_closed = True


def opener(backend: str = "auto") -> Opener:
    return Opener(backend=backend, threads=1, cores=2, max_batch_images=4, max_pixels=10_000)


def test_an_opened_version_answers(tmp_path: Path) -> None:
    write_bundle(tmp_path / "7", sharpness=3.0)

    version = opener().open("colours", 7, tmp_path / "7")

    assert (version.model, version.number, version.backend.name) == ("colours", 7, "onnx")
    assert version.manifest.class_names == CLASS_NAMES
    (result,) = version.backend.classify([encode(RED)]).results
    np.testing.assert_allclose(result, expected(RED, sharpness=3.0), atol=1e-6)


def test_a_folder_that_is_not_as_sealed_is_not_opened(tmp_path: Path) -> None:
    write_bundle(tmp_path / "1")
    (tmp_path / "1" / "model.onnx").write_bytes(b"other")

    with pytest.raises(BundleDamagedError):
        opener().open("colours", 1, tmp_path / "1")


def test_a_failing_warm_up_refuses_the_version(tmp_path: Path) -> None:
    write_bundle(tmp_path / "1", answer="Identity")

    with pytest.raises(LoadError, match="no probabilities of 3 classes"):
        opener().open("colours", 1, tmp_path / "1")


@pytest.mark.parametrize(
    ("threads", "cores", "seconds", "chosen", "loads"),
    [(0, 8, 0.0001, 1, 1), (0, 8, 0.1, 8, 2), (0, 1, 0.1, 1, 1), (3, 8, 0.1, 3, 1)],
)
def test_a_large_model_gets_all_cores_and_a_small_one_a_single_one(
    threads: int, cores: int, seconds: float, chosen: int, loads: int
) -> None:
    loaded: list[Recorded] = []

    def load(count: int) -> Recorded:
        loaded.append(Recorded(count))
        return loaded[-1]

    backend, taken = _load_with_best_threads(load, lambda _: seconds, threads=threads, cores=cores)

    assert taken == seconds

    assert isinstance(backend, Recorded)
    assert (backend.threads, len(loaded), backend.is_closed) == (chosen, loads, False)
    assert all(other.is_closed for other in loaded[:-1])
