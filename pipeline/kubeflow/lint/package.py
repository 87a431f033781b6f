"""A package as the linter sees it: plain YAML that may be wrong in any way."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


def section(content: Any, *keys: str) -> dict[str, Any]:
    """Return the mapping below some keys; empty where there is none."""
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content if isinstance(content, dict) else {}


def entries(content: Any, key: str) -> list[Any]:
    """Return the list below a key; empty where there is none."""
    found = content.get(key) if isinstance(content, dict) else None
    return found if isinstance(found, list) else []


@dataclass(frozen=True)
class Package:
    """The documents of a file.

    Attributes:
        documents: All of them.
        unreadable: Why the file is no YAML; empty if it is.
    """

    documents: tuple[Any, ...]
    unreadable: str = ""

    @property
    def spec(self) -> dict[str, Any]:
        """The first document, or an empty mapping."""
        return section(self.documents[0]) if self.documents else {}

    @property
    def platforms(self) -> tuple[dict[str, Any], ...]:
        """The documents after the first."""
        return tuple(section(document) for document in self.documents[1:])

    @property
    def tasks(self) -> dict[str, dict[str, Any]]:
        """Task name to specification."""
        return {name: section(task) for name, task in section(self.spec, "root", "dag", "tasks").items()}

    @property
    def executors(self) -> dict[str, dict[str, Any]]:
        """Executor label to specification."""
        return {
            label: section(executor) for label, executor in section(self.spec, "deploymentSpec", "executors").items()
        }

    @property
    def run_parameters(self) -> dict[str, dict[str, Any]]:
        """Name to declaration of what a run can set."""
        declared = section(self.spec, "root", "inputDefinitions", "parameters")
        return {name: section(parameter) for name, parameter in declared.items()}

    def component(self, task: str) -> dict[str, Any]:
        """Return the component of a task; empty where there is none."""
        name = section(self.tasks[task], "componentRef").get("name", "")
        return section(self.spec, "components", str(name))

    def containers(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield executor label and container."""
        for label, executor in self.executors.items():
            if isinstance(executor.get("container"), dict):
                yield label, executor["container"]

    def pod_settings(self) -> dict[str, dict[str, Any]]:
        """Return executor label to what the platform documents say of its pod."""
        found: dict[str, dict[str, Any]] = {}
        for document in self.platforms:
            executors = section(document, "platforms", "kubernetes", "deploymentSpec", "executors")
            found.update({label: section(settings) for label, settings in executors.items()})
        return found

    def constants(self) -> Iterator[tuple[str, Any]]:
        """Yield where, and which value, of all constants of tasks and defaults of run parameters."""
        for task, specification in self.tasks.items():
            for name, source in section(specification, "inputs", "parameters").items():
                if "constant" in section(source, "runtimeValue"):
                    yield f"{task}.{name}", source["runtimeValue"]["constant"]
        for name, parameter in self.run_parameters.items():
            if "defaultValue" in parameter:
                yield f"run parameter {name}", parameter["defaultValue"]


def read_package(path: Path) -> Package:
    """Read a file.

    Raises:
        OSError: It cannot be read.
    """
    try:
        return Package(tuple(document for document in yaml.safe_load_all(path.read_text()) if document is not None))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return Package((), unreadable=" ".join(str(error).split()))
