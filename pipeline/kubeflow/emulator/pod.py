"""A pod: a folder that stands for its file system, an environment, and the process that runs in it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.kubeflow.emulator.errors import TaskError
from pipeline.kubeflow.storage_paths import POD_ROOT_VARIABLE, StoragePaths

_CODE_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, kw_only=True)
class Pod:
    """One attempt at one task.

    Attributes:
        folder: Stands for `/`.
        log_file: Receives what the process prints.
        mounts: Mount path to the folder on this machine that stands for the volume.
    """

    folder: Path
    log_file: Path
    mounts: Mapping[str, Path]

    @property
    def paths(self) -> StoragePaths:
        """Where the launcher's folders are."""
        return StoragePaths(str(self.folder))

    def run(self, words: list[str], environment: Mapping[str, str]) -> int:
        """Run a command line without a shell; returns its exit code. `python` means this interpreter."""
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable if words[0] == "python" else words[0], *words[1:]]
        with self.log_file.open("ab") as log:
            try:
                done = subprocess.run(
                    command,
                    cwd=self.folder,
                    env=self._environment(environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    check=False,
                )
            except OSError as error:
                raise TaskError(f"the container cannot start {words[0]!r}: {error.strerror}") from error
        return done.returncode

    def see_volumes(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return parameters with paths on volumes led to the folders that stand for these."""
        return {name: self._on_this_machine(value) for name, value in parameters.items()}

    def _on_this_machine(self, value: Any) -> Any:
        for mount_path, folder in self.mounts.items():
            if isinstance(value, str) and (value == mount_path or value.startswith(f"{mount_path}/")):
                return f"{folder}{value.removeprefix(mount_path)}"
        return value

    def _environment(self, further: Mapping[str, str]) -> dict[str, str]:
        """Return what an image would set, and no more of this machine's environment than a process needs."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        own = {"HOME": str(self.folder), "PYTHONPATH": str(_CODE_ROOT), POD_ROOT_VARIABLE: str(self.folder)}
        return {**kept, **own, **further}


def environment_of(container: Mapping[str, Any], pod_settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment variables of a container; those from Secrets are taken from this process.

    Raises:
        TaskError: A variable from a Secret is not set here; on a cluster the pod would not start.
    """
    values = {entry["name"]: entry.get("value", "") for entry in container.get("env", ())}
    for secret in pod_settings.get("secretAsEnv", ()):
        for entry in secret["keyToEnv"]:
            name = entry["envVar"]
            if name not in os.environ:
                where = secret["secretNameParameter"]["runtimeValue"]["constant"]
                raise TaskError(f"{name} comes from the Secret {where}; set it in the environment to emulate that")
            values[name] = os.environ[name]
    return values
