"""Brings the loaded versions of one model in line with its folder: new ones first, then the old ones go."""

from collections.abc import Callable, Mapping
from pathlib import Path

from serving.errors import BundleDamagedError, ServingError, SettingsError
from serving.versions.folders import fingerprint, list_versions
from serving.versions.model_settings import ModelSettings, read_model_settings
from serving.versions.policy import Policy
from serving.versions.registry import LoadedVersion, Registry
from serving.versions.retries import Retries
from serving.versions.states import State, VersionStatus

OpenVersion = Callable[[str, int, Path], LoadedVersion]
"""Verifies, loads and warms up the version of a model in a folder; raises ServingError."""
Report = Callable[[str, Mapping[str, object]], None]
"""Takes the name of an event and its facts."""


class ModelLoader:
    """Reconciles one model. Only one thread may use it; requests go on meanwhile."""

    def __init__(
        self,
        folder: Path,
        *,
        registry: Registry,
        open_version: OpenVersion,
        default_policy: Policy,
        retries: Retries,
        drain_seconds: float,
        report: Report,
    ) -> None:
        """Remember the model's folder, whose name is the model's, and do nothing yet.

        Args:
            folder: The model's folder.
            registry: Where loaded versions are published.
            open_version: Makes a version ready.
            default_policy: Holds unless the folder has a serving.json.
            retries: When to try a failed version again.
            drain_seconds: How long a version that goes may finish its requests.
            report: Told of every load, refusal and unload.
        """
        self._folder, self._name, self._registry = folder, folder.name, registry
        self._open_version, self._default_policy, self._retries = open_version, default_policy, retries
        self._drain_seconds, self._report = drain_seconds, report
        self._settings = ModelSettings(policy=default_policy)
        self._settings_problem = ""

    def reconcile(self) -> None:
        """Load what is wanted and missing, newest first, then unload what is not wanted.

        While nothing wanted is usable, what is loaded stays: an emptied folder or a bad push takes no model down.
        """
        self._read_settings()
        found = list_versions(self._folder)
        wanted = self._load_wanted(found)
        self._registry.set_labels(self._name, self._settings.labels)
        for number in sorted(self._registry.loaded(self._name)):
            if wanted and number not in wanted:
                self._unload(number)

    def _read_settings(self) -> None:
        try:
            self._settings = read_model_settings(self._folder, self._default_policy)
            self._settings_problem = ""
        except SettingsError as error:
            if str(error) != self._settings_problem:
                self._settings_problem = str(error)
                self._report("settings_refused", {"model": self._name, "error": str(error)})

    def _load_wanted(self, found: Mapping[int, Path]) -> list[int]:
        """Load until every chosen version is there; a version that fails makes room for the next older one."""
        prints = {number: fingerprint(path) for number, path in found.items()}
        loaded = self._registry.loaded(self._name)
        refused = {n for n in found if n not in loaded and not self._retries.may_try(n, prints[n])}
        while True:
            wanted = self._settings.policy.choose(found, refused=refused)
            missing = [number for number in wanted if number not in self._registry.loaded(self._name)]
            if not missing:
                return wanted
            if self._load(missing[0], found[missing[0]]):
                self._retries.forget(missing[0])
            else:
                self._retries.note_failure(missing[0], prints[missing[0]])
                refused.add(missing[0])

    def _load(self, number: int, folder: Path) -> bool:
        facts = {"model": self._name, "version": number}
        self._registry.note(self._name, VersionStatus(number, State.LOADING))
        try:
            version = self._open_version(self._name, number, folder)
        except (ServingError, OSError, MemoryError) as error:
            text = _describe(error, folder)
            self._registry.note(self._name, VersionStatus(number, State.END, text))
            self._report("version_refused", {**facts, "error": text})
            return False
        self._registry.publish(version)
        self._report("version_available", facts)
        return True

    def _unload(self, number: int) -> None:
        version = self._registry.withdraw(self._name, number, timeout_seconds=self._drain_seconds)
        version.backend.close()
        self._registry.note(self._name, VersionStatus(number, State.END))
        self._report("version_unloaded", {"model": self._name, "version": number})


def _describe(error: Exception, folder: Path) -> str:
    """Return the error's text without the places of files, which are nobody's business on the network."""
    text = "; ".join(error.problems) if isinstance(error, BundleDamagedError) else str(error)
    return text.replace(f"{folder}/", "").replace(str(folder), "the version's folder") or type(error).__name__
