"""Rules for parameters: of runs, and of tasks."""

import re
from collections.abc import Iterator
from typing import Any

from pipeline.kubeflow.emulator.errors import TaskError
from pipeline.kubeflow.emulator.parameter_values import fit
from pipeline.kubeflow.emulator.placeholders import RUN_PLACEHOLDERS
from pipeline.kubeflow.lint.package import Package, entries, section
from pipeline.kubeflow.lint.rule import Rule

_PLACEHOLDER = re.compile(r"\{\{\$.*?\}\}")
_NAMED_INPUT = re.compile(r"\{\{\$\.(inputs|outputs)\.(artifacts|parameters)\['([^']+)'\]")
_ARGUMENT_LIMIT_BYTES = 96 * 1024
"""Linux takes 128 KiB in one argument; the rest is for what a run adds to `{{$}}`: addresses and metadata."""


def _run_defaults(package: Package) -> Iterator[str]:
    for name, declared in package.run_parameters.items():
        if "defaultValue" not in declared:
            yield f"run parameter {name} has no default, so every run would have to give it; add defaultValue"
            continue
        yield from _misfit(f"the default of run parameter {name}", declared["defaultValue"], declared)


def _known_run_parameters(package: Package) -> Iterator[str]:
    for task, specification in package.tasks.items():
        for name, source in section(specification, "inputs", "parameters").items():
            wanted = section(source).get("componentInputParameter")
            if wanted is not None and wanted not in package.run_parameters:
                yield f"{task}.{name} takes the run parameter {wanted!r}, which is not declared"


def _task_inputs(package: Package) -> Iterator[str]:
    for task, specification in package.tasks.items():
        for kind in ("artifacts", "parameters"):
            declared = section(package.component(task), "inputDefinitions", kind)
            given = section(specification, "inputs", kind)
            for name in given.keys() - declared.keys():
                yield f"task {task} is given {name!r}, which its component does not declare"
            for name in declared.keys() - given.keys():
                definition = section(declared[name])
                if "defaultValue" not in definition and not definition.get("isOptional"):
                    yield f"task {task} is not given {name!r}, which its component needs"
        yield from _constants_of(package, task)


def _constants_of(package: Package, task: str) -> Iterator[str]:
    declared = section(package.component(task), "inputDefinitions", "parameters")
    for name, source in section(package.tasks[task], "inputs", "parameters").items():
        if "constant" in section(source, "runtimeValue") and name in declared:
            yield from _misfit(f"{task}.{name}", source["runtimeValue"]["constant"], section(declared[name]))


def _misfit(where: str, value: Any, declared: dict[str, Any]) -> Iterator[str]:
    kind = declared.get("parameterType")
    if kind not in ("STRING", "NUMBER_INTEGER", "NUMBER_DOUBLE", "BOOLEAN", "LIST", "STRUCT"):
        yield f"{where} has the parameterType {kind!r}, which does not exist"
        return
    try:
        fit(where, value, kind)
    except TaskError as error:
        yield str(error)


def _placeholders(package: Package) -> Iterator[str]:
    for where, value in package.constants():
        if isinstance(value, str) and value not in RUN_PLACEHOLDERS and _PLACEHOLDER.search(value):
            yield f"{where} contains {_PLACEHOLDER.findall(value)[0]}, which the launcher would replace; take it out"
    for task in package.tasks:
        component = package.component(task)
        container = section(package.executors.get(str(component.get("executorLabel"))), "container")
        for word in (*entries(container, "command"), *entries(container, "args")):
            for side, kind, name in _NAMED_INPUT.findall(str(word)):
                if name not in section(component, f"{side[:-1]}Definitions", kind):
                    yield f"the command line of task {task} names {side}.{kind}[{name!r}], which the task does not have"


def _argument_size(package: Package) -> Iterator[str]:
    for task, specification in package.tasks.items():
        sources = section(specification, "inputs", "parameters").values()
        size = sum(len(str(section(source, "runtimeValue").get("constant", "")).encode()) for source in sources)
        if size > _ARGUMENT_LIMIT_BYTES:
            yield f"the parameters of task {task} are {size:,} bytes; Linux takes 131,072 in one argument: shorten them"
    for label, container in package.containers():
        for word in (*entries(container, "command"), *entries(container, "args")):
            if len(str(word).encode()) > _ARGUMENT_LIMIT_BYTES:
                yield f"an argument of {label} is {len(str(word).encode()):,} bytes; Linux takes 131,072: shorten it"


PARAMETER_RULES = (
    Rule(
        "run-defaults",
        "Every run parameter has a default; runs without one are refused.",
        _run_defaults,
    ),
    Rule("known-run-parameters", "Tasks take only run parameters that are declared.", _known_run_parameters),
    Rule("task-inputs", "Tasks are given what their components need, in the right type, and no more.", _task_inputs),
    Rule("placeholders", "No value holds text that KFP replaces; command lines name what exists.", _placeholders),
    Rule("argument-size", "What a step gets fits into one argument of a command line.", _argument_size),
)
