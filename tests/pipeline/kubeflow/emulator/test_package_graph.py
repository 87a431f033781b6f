from typing import Any

import pytest

from pipeline.kubeflow.emulator.errors import EmulationError
from pipeline.kubeflow.emulator.package_graph import PackageGraph


def graph_of(**needs: tuple[str, ...]) -> PackageGraph:
    tasks = {task: {"dependentTasks": list(before)} for task, before in needs.items()}
    return PackageGraph(spec={"root": {"dag": {"tasks": tasks}}}, platform={})


def test_the_branches_come_one_after_the_other() -> None:
    graph = graph_of(
        Champion=("Evaluator_keras", "Evaluator_pytorch"),
        Evaluator_pytorch=("Trainer_pytorch",),
        Trainer_pytorch=("Transform",),
        Evaluator_keras=("Trainer_keras",),
        Trainer_keras=("Transform",),
        Transform=(),
        Baseline=(),
    )

    assert graph.order() == (
        "Transform",
        "Baseline",
        "Trainer_keras",
        "Evaluator_keras",
        "Trainer_pytorch",
        "Evaluator_pytorch",
        "Champion",
    )


def test_tasks_that_wait_for_each_other_are_refused() -> None:
    with pytest.raises(EmulationError, match="a, b wait for each other"):
        graph_of(a=("b",), b=("a",)).order()


def test_what_is_not_emulated_is_refused(sample: list[dict[str, Any]]) -> None:
    sample[0]["root"]["dag"]["tasks"]["Take"]["triggerPolicy"] = {"condition": "true"}

    with pytest.raises(EmulationError, match="task Take: importers, conditions and output parameters"):
        PackageGraph(spec=sample[0], platform={}).container("Take")
