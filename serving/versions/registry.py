"""The loaded versions: requests find and hold them here, the loader publishes and withdraws them.

All methods may be called from any thread.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from serving.backends.base import Backend
from serving.errors import InvalidRequestError, NotFoundError
from serving.evaluation import Evaluation
from serving.manifest import Manifest
from serving.versions.states import State, VersionStatus

CHAMPION = "champion"
"""Label of the newest loaded version, unless serving.json gives it to another one."""
_KEPT_STATUSES = 50
"""Ended versions are remembered for the status, but not for ever."""


@dataclass(eq=False)
class LoadedVersion:
    """A version that can answer."""

    model: str
    number: int
    backend: Backend
    manifest: Manifest
    evaluation: Evaluation | None = None
    """None for a version that was pushed without one."""
    quick_pixels: int = 0
    """Largest height x width that takes less time than handing the image to another thread is worth; 0: none does."""
    seconds_per_image: float = 0.0
    """Time that the model takes for one image."""
    holders: int = 0
    """Requests that use it now; guarded by the registry's lock."""


@dataclass
class _Model:
    loaded: dict[int, LoadedVersion] = field(default_factory=dict)
    statuses: dict[int, VersionStatus] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)


class Registry:
    """Models by name, each with its loaded versions, labels and the states of all versions."""

    def __init__(self) -> None:
        """Start without models."""
        self._models: dict[str, _Model] = {}
        self._changed = threading.Condition()

    def acquire(self, model: str, *, version: int | None = None, label: str | None = None) -> LoadedVersion:
        """Find a version, the newest unless one is named, and keep it loaded until `release`.

        Raises:
            NotFoundError: The model or version is not loaded.
            InvalidRequestError: No loaded version has the label.
        """
        with self._changed:
            version_held = self._find(model, version, label)
            version_held.holders += 1
            return version_held

    def release(self, version: LoadedVersion) -> None:
        """Give back what `acquire` returned."""
        with self._changed:
            version.holders -= 1
            if not version.holders:
                self._changed.notify_all()

    def peek(self, model: str, *, version: int | None = None, label: str | None = None) -> LoadedVersion:
        """Find a version like `acquire`, to read its manifest only."""
        with self._changed:
            return self._find(model, version, label)

    def _find(self, name: str, version: int | None, label: str | None) -> LoadedVersion:
        model = self._models.get(name)
        loaded = model.loaded if model else {}
        if model and label is not None:
            version = model.labels.get(label, max(loaded, default=None) if label == CHAMPION else None)
            if version is None or version not in loaded:
                raise InvalidRequestError(f"Unrecognized servable version label: {label}")
        if version is None:
            version = max(loaded, default=None)
        if version is None:
            raise NotFoundError(f"Servable not found for request: Latest({name})")
        if version not in loaded:
            raise NotFoundError(f"Servable not found for request: Specific({name}, {version})")
        return loaded[version]

    def publish(self, version: LoadedVersion) -> None:
        """Let requests find a version from now on."""
        with self._changed:
            model = self._models.setdefault(version.model, _Model())
            model.loaded[version.number] = version
            self._note(model, VersionStatus(version.number, State.AVAILABLE))

    def withdraw(self, name: str, number: int, *, timeout_seconds: float) -> LoadedVersion:
        """Hide a version from new requests and wait for those that hold it; return it for closing."""
        with self._changed:
            model = self._models[name]
            version = model.loaded.pop(number)
            self._note(model, VersionStatus(number, State.UNLOADING))
            self._changed.wait_for(lambda: not version.holders, timeout_seconds)
            return version

    def note(self, name: str, status: VersionStatus) -> None:
        """Remember the state of a version."""
        with self._changed:
            self._note(self._models.setdefault(name, _Model()), status)

    @staticmethod
    def _note(model: _Model, status: VersionStatus) -> None:
        model.statuses.pop(status.number, None)
        model.statuses[status.number] = status
        ended = [number for number, known in model.statuses.items() if known.state is State.END]
        for number in ended[:-_KEPT_STATUSES]:
            del model.statuses[number]

    def set_labels(self, name: str, labels: Mapping[str, int]) -> None:
        """Replace the labels of a model."""
        with self._changed:
            self._models.setdefault(name, _Model()).labels = dict(labels)

    def loaded(self, name: str) -> dict[int, LoadedVersion]:
        """Return the loaded versions of a model by number."""
        with self._changed:
            return dict(self._models[name].loaded) if name in self._models else {}

    def models(self) -> list[str]:
        """Return the names of all models that were ever seen, sorted."""
        with self._changed:
            return sorted(self._models)

    def statuses(self, name: str) -> list[VersionStatus]:
        """Return the states of a model's versions, newest first; empty for an unknown model."""
        with self._changed:
            known = self._models[name].statuses.values() if name in self._models else ()
            return sorted(known, key=lambda status: -status.number)

    def statuses_of(self, name: str, *, version: int | None, label: str | None) -> list[VersionStatus]:
        """Return the states that a request for a model's status means, newest first.

        Raises:
            NotFoundError: There is no such model or version.
            InvalidRequestError: No loaded version has the label.
        """
        statuses = self.statuses(name)
        if label is not None:
            version = self.peek(name, label=label).number
        if version is not None:
            statuses = [status for status in statuses if status.number == version]
        if not statuses:
            what = "any versions" if version is None else f"version {version}"
            raise NotFoundError(f"Could not find {what} of model {name}")
        return statuses

    def labels(self, name: str) -> dict[str, int]:
        """Return the labels of a model that lead to a loaded version, the champion among them."""
        with self._changed:
            model = self._models.get(name, _Model())
            labels = {CHAMPION: max(model.loaded)} if model.loaded else {}
            return {label: number for label, number in (labels | model.labels).items() if number in model.loaded}
