"""Rules for tasks and what they hand to each other."""

import re
from collections.abc import Iterator

from pipeline.kubeflow.lint.package import Package, entries, section
from pipeline.kubeflow.lint.rule import Rule

_CONDITION_INPUT = re.compile(r"inputs\.(artifacts|parameters|parameter_values)\['([^']+)'\]")
_EXECUTOR_KINDS = ("container", "importer")


def _has_tasks(package: Package) -> Iterator[str]:
    if package.spec and not package.tasks:
        yield "root.dag.tasks is empty: the pipeline does nothing"


def _known_components(package: Package) -> Iterator[str]:
    for task, specification in package.tasks.items():
        name = section(specification, "componentRef").get("name")
        component = package.component(task)
        if not component:
            yield f"task {task} refers to the component {name!r}, which does not exist"
        elif "dag" not in component and component.get("executorLabel") not in package.executors:
            yield f"component {name} refers to the executor {component.get('executorLabel')!r}, which does not exist"


def _executor_kinds(package: Package) -> Iterator[str]:
    for label, executor in package.executors.items():
        kinds = [kind for kind in executor if kind in _EXECUTOR_KINDS]
        if not kinds:
            yield (
                f"executor {label} is of the kind {', '.join(executor) or 'nothing'}: the upload is taken but no run"
                " can be created; use a container, e.g. Baseline in place of a Resolver"
            )


def _producers(package: Package) -> Iterator[str]:
    for task, specification in package.tasks.items():
        for needed in entries(specification, "dependentTasks"):
            if needed not in package.tasks:
                yield f"task {task} waits for {needed!r}, which does not exist"
        for name, source in section(specification, "inputs", "artifacts").items():
            yield from _check_output(package, f"{task}.{name}", section(source, "taskOutputArtifact"), "Artifact")
        for name, source in section(specification, "inputs", "parameters").items():
            reference = section(source, "taskOutputParameter")
            if reference:
                yield from _check_output(package, f"{task}.{name}", reference, "Parameter")


def _check_output(package: Package, where: str, reference: dict[str, str], kind: str) -> Iterator[str]:
    producer = reference.get("producerTask")
    if producer not in package.tasks:
        yield f"{where} comes from the task {producer!r}, which does not exist"
        return
    key = reference.get(f"output{kind}Key")
    outputs = section(package.component(producer), "outputDefinitions", f"{kind.lower()}s")
    if key not in outputs:
        yield f"{where} comes from the output {key!r} of {producer}, which does not exist"


def _cycles(package: Package) -> Iterator[str]:
    waiting = {
        task: {name for name in _needs(specification) if name in package.tasks}
        for task, specification in package.tasks.items()
    }
    done: set[str] = set()
    while True:
        ready = {task for task, needs in waiting.items() if needs <= done} - done
        if not ready:
            break
        done |= ready
    if set(waiting) - done:
        yield f"the tasks {', '.join(sorted(set(waiting) - done))} wait for each other"


def _needs(specification: dict[str, object]) -> set[str]:
    sources = section(specification, "inputs", "artifacts").values()
    producers = {str(section(source, "taskOutputArtifact").get("producerTask")) for source in sources}
    return producers | set(entries(specification, "dependentTasks"))


def _condition_inputs(package: Package) -> Iterator[str]:
    for task, specification in package.tasks.items():
        condition = str(section(specification, "triggerPolicy").get("condition", ""))
        inputs = section(specification, "inputs")
        known = {*section(inputs, "artifacts"), *section(inputs, "parameters")}
        for _, name in _CONDITION_INPUT.findall(condition):
            if name not in known:
                yield f"the condition of task {task} names the input {name!r}, which the task does not have"


GRAPH_RULES = (
    Rule("has-tasks", "The pipeline has at least one task.", _has_tasks),
    Rule("known-components", "Each task has a component, and each component an executor.", _known_components),
    Rule("executor-kind", "Executors are containers or importers; a run with others cannot start.", _executor_kinds),
    Rule(
        "producers",
        "Inputs and dependencies name what exists; the driver fails otherwise.",
        _producers,
    ),
    Rule("no-cycles", "No task waits for itself.", _cycles),
    Rule("condition-inputs", "Conditions name inputs of their own task; the driver fails else.", _condition_inputs),
)
