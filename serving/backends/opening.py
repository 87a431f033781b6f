"""Makes a version ready: verify every byte, load, warm up."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from serving.backends.base import Backend
from serving.backends.warm_up import warm_up
from serving.bundle import ONNX_FILE, verify
from serving.errors import LoadError
from serving.evaluation_file import read_evaluation
from serving.versions.registry import LoadedVersion


@dataclass(frozen=True, kw_only=True)
class Opener:
    """Opens versions with the same options each.

    Attributes:
        backend: auto, onnx or savedmodel.
        threads: Threads that one call of the model may use; 0 chooses by how long the model takes.
        cores: Cores of the machine, for that choice.
        max_batch_images: Images in the largest batch.
        max_pixels: Largest height x width that is decoded.
    """

    backend: str
    threads: int
    cores: int
    max_batch_images: int
    max_pixels: int

    def open(self, model: str, number: int, folder: Path) -> LoadedVersion:
        """Return a version that has answered; its first request takes no longer than its second.

        Raises:
            BundleError: The folder is not as it was sealed.
            LoadError: It cannot be loaded, or answers something that is no probability.
        """
        manifest = verify(folder)
        try:
            backend, seconds = self._load(folder, manifest.image.size_pixels, len(manifest.class_names))
        except Exception as error:  # ONNX Runtime and TensorFlow raise classes of their own without a common base.
            if isinstance(error, LoadError):
                raise
            raise LoadError(f"the model does not load: {type(error).__name__}: {error}") from error
        is_quick = backend.takes_pixels and seconds < _SMALL_MODEL_SECONDS
        return LoadedVersion(
            model=model,
            number=number,
            backend=backend,
            manifest=manifest,
            evaluation=read_evaluation(folder),
            quick_pixels=min(_QUICK_PIXELS, self.max_pixels) if is_quick else 0,
            seconds_per_image=seconds,
        )

    def _load(self, folder: Path, size_pixels: int, classes: int) -> tuple[Backend, float]:
        """Return the backend, warm, and the seconds that one image takes in it."""

        def warm(backend: Backend) -> float:
            return warm_up(backend, size_pixels=size_pixels, classes=classes, max_batch_images=self.max_batch_images)

        if self.backend == "savedmodel":
            from serving.backends.saved_model import SavedModelBackend

            saved_model = SavedModelBackend(folder, threads=self.threads, max_pixels=self.max_pixels)
            return saved_model, warm(saved_model)
        from serving.backends.onnx import OnnxBackend

        def load(threads: int) -> Backend:
            return OnnxBackend(folder / ONNX_FILE, threads=threads, max_pixels=self.max_pixels)

        return _load_with_best_threads(load, warm, threads=self.threads, cores=self.cores)


_QUICK_PIXELS = 256 * 256
"""Height x width that decodes in about a millisecond."""
_SMALL_MODEL_SECONDS = 0.002
"""Below this, handing parts of one image to other threads costs about what it saves, and requests run side by side."""


def _load_with_best_threads(
    load: Callable[[int], Backend], warm: Callable[[Backend], float], *, threads: int, cores: int
) -> tuple[Backend, float]:
    """Load with the given threads; without any, with one for a small model and all cores for a large one."""
    backend = load(threads or 1)
    seconds = warm(backend)
    if threads or cores == 1 or seconds < _SMALL_MODEL_SECONDS:
        return backend, seconds
    backend.close()
    backend = load(cores)
    return backend, warm(backend)
