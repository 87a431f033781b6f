"""Rules for containers and pods."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pipeline.kubeflow.lint.package import Package, entries, section
from pipeline.kubeflow.lint.rule import Rule
from pipeline.kubeflow.names import CpuQuantity, MemoryQuantity, image_problem

_QUANTITIES: dict[str, TypeAdapter[str]] = {"Cpu": TypeAdapter(CpuQuantity), "Memory": TypeAdapter(MemoryQuantity)}
_HOME_FOLDERS = ("/home/", "/Users/", "/root/", "/var/folders/")


def _images(package: Package) -> Iterator[str]:
    for label, container in package.containers():
        problem = image_problem(str(container.get("image", "")))
        if problem:
            yield f"{label}: {problem}"


def _commands(package: Package) -> Iterator[str]:
    for label, container in package.containers():
        if not entries(container, "command"):
            yield f"{label} has no command; the launcher cannot use the ENTRYPOINT of an image"


def _quantities(package: Package) -> Iterator[str]:
    for label, container in package.containers():
        for name, value in section(container, "resources").items():
            kind = next((kind for kind in _QUANTITIES if name.startswith(f"resource{kind}")), None)
            if kind is None:
                continue
            try:
                _QUANTITIES[kind].validate_python(value)
            except ValidationError:
                yield f"{label}: {name} {value!r} is no amount of {kind.lower()}; write it as Kubernetes does"


def _platform_labels(package: Package) -> Iterator[str]:
    for label in package.pod_settings():
        if label not in package.executors:
            yield f"the platform document names the executor {label!r}, which does not exist: it has no effect"


def _host_paths(package: Package) -> Iterator[str]:
    mounts = tuple(path for settings in package.pod_settings().values() for path in _mount_paths(settings))
    for where, text in _texts(package):
        for folder in _host_folders():
            if folder in text and not text.startswith(mounts):
                yield f"{where} contains {folder}, a folder of the machine that compiled: pods do not have it"


def _texts(package: Package) -> Iterator[tuple[str, str]]:
    yield from ((where, str(value)) for where, value in package.constants())
    for label, container in package.containers():
        for word in (*entries(container, "command"), *entries(container, "args")):
            yield f"{label}", str(word)


def _host_folders() -> tuple[str, ...]:
    """Return folders that only this machine, or some person's, has; `/` and volumes that people mount stay allowed."""
    own = {tempfile.gettempdir(), str(Path.home()), os.getcwd(), sys.prefix, str(Path(__file__).resolve().parents[3])}
    return (*_HOME_FOLDERS, *sorted(f"{folder}/" for folder in own if len(PurePosixPath(folder).parts) > 1))


def _push_volume(package: Package) -> Iterator[str]:
    for task, specification in package.tasks.items():
        source = section(specification, "inputs", "parameters", "push_dir")
        if not source:
            continue
        push_dir = _value(package, source)
        label = str(package.component(task).get("executorLabel"))
        mounts = _mount_paths(package.pod_settings().get(label))
        if not any(PurePosixPath(push_dir).is_relative_to(mount) for mount in mounts):
            yield f"{task} works in {push_dir}, which is on none of its volumes ({', '.join(mounts) or 'it has none'})"


def _mount_paths(settings: dict[str, Any] | None) -> list[str]:
    return [str(section(mount).get("mountPath")) for mount in entries(settings, "pvcMount")]


def _value(package: Package, source: dict[str, Any]) -> str:
    parameter = package.run_parameters.get(str(source.get("componentInputParameter")), {})
    return str(parameter.get("defaultValue", section(source, "runtimeValue").get("constant", "")))


POD_RULES = (
    Rule("images", "Every image has a version or digest, so that the steps of a run cannot differ.", _images),
    Rule("commands", "Every container has a command.", _commands),
    Rule("quantities", "CPU and memory are amounts that Kubernetes understands.", _quantities),
    Rule("platform-labels", "Pod settings name executors that exist; others are ignored silently.", _platform_labels),
    Rule("host-paths", "No value is a path of the machine that compiled.", _host_paths),
    Rule("push-volume", "The push folder is on a volume; elsewhere it is gone with the pod.", _push_volume),
)
