"""Keeps all models in line with the models folder, on a thread of its own."""

import threading
from collections.abc import Callable, Collection
from pathlib import Path

from serving.versions.folders import list_models
from serving.versions.loader import ModelLoader, Report


class Keeper:
    """Looks at the models folder again and again, and loads and unloads off the request path."""

    def __init__(
        self,
        models_folder: Path,
        *,
        only: Collection[str],
        make_loader: Callable[[Path], ModelLoader],
        poll_seconds: float,
        report: Report,
    ) -> None:
        """Do nothing yet.

        Args:
            models_folder: Folder of model folders.
            only: Names of the models to keep; empty means every one in the folder.
            make_loader: Called once for each model, with its folder.
            poll_seconds: Pause between two looks. Polling works on every file system, also on mounted ones.
            report: Told of what goes wrong outside of a version.
        """
        self._folder, self._only, self._make_loader = models_folder, sorted(only), make_loader
        self._poll_seconds, self._report = poll_seconds, report
        self._loaders: dict[str, ModelLoader] = {}
        self._stop = threading.Event()
        self._first_pass = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Start looking."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the load or unload that is under way."""
        self._stop.set()
        self._thread.join()

    @property
    def is_settled(self) -> bool:
        """Whether every model that was there at the start has been tried once."""
        return self._first_pass.is_set()

    def look(self) -> None:
        """Bring every model in line once."""
        for name in self._only or sorted({*list_models(self._folder), *self._loaders}):
            if self._stop.is_set():
                return
            loader = self._loaders.get(name)
            if loader is None:
                loader = self._loaders[name] = self._make_loader(self._folder / name)
            loader.reconcile()
        self._first_pass.set()

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except Exception as error:  # The thread must live on: without it no version would ever change again.
                self._report("look_failed", {"error": f"{type(error).__name__}: {error}"})
            self._first_pass.set()
            if self._stop.wait(self._poll_seconds):
                return
