"""What can be set for each run without compiling again, and where each value goes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.config import PipelineConfig
from pipeline.kubeflow.json_path import Part

ParameterType = Literal["STRING", "NUMBER_INTEGER", "NUMBER_DOUBLE"]


@dataclass(frozen=True)
class Target:
    """A place in a step's parameters.

    Attributes:
        kind: Kind of the steps.
        parameter: Name of the parameter.
        path: Where in the parameter's JSON, from its end; empty when the parameter is the value itself.
    """

    kind: str
    parameter: str
    path: tuple[Part, ...] = ()


@dataclass(frozen=True)
class RunParameter:
    """A parameter of the pipeline on the cluster.

    Attributes:
        name: Its name there.
        type: Its type there.
        description: What it is, for the form in which runs are started.
        default: Reads its default from the configuration.
        targets: Where its value goes.
    """

    name: str
    type: ParameterType
    description: str
    default: Callable[[PipelineConfig], Any]
    targets: tuple[Target, ...]


def _trained_with(setting: str) -> tuple[Target, ...]:
    return (
        *(Target(kind, "custom_config", ("train", setting)) for kind in ("Tuner", "Trainer")),
        Target("Parity", "lineage", (f"run_{setting}",)),
    )


RUN_PARAMETERS = (
    RunParameter(
        "data",
        "STRING",
        "digits, or the folder of class folders as the pods see it; as many classes as compiled for",
        lambda config: config.data.path,
        (Target("ImageExampleGen", "data"), Target("Parity", "lineage", ("run_data",))),
    ),
    RunParameter(
        "max_corrupt_fraction",
        "NUMBER_DOUBLE",
        "share of unusable images that is quarantined without stopping the run, 0 to 1",
        lambda config: config.data.max_corrupt_fraction,
        (Target("ImageExampleGen", "max_corrupt_fraction"),),
    ),
    RunParameter(
        "epochs",
        "NUMBER_INTEGER",
        "passes over the training examples",
        lambda config: config.train.epochs,
        _trained_with("epochs"),
    ),
    RunParameter(
        "batch_size_examples",
        "NUMBER_INTEGER",
        "examples per training step",
        lambda config: config.train.batch_size_examples,
        _trained_with("batch_size_examples"),
    ),
    RunParameter(
        "learning_rate",
        "NUMBER_DOUBLE",
        "peak learning rate",
        lambda config: config.train.learning_rate,
        _trained_with("learning_rate"),
    ),
    RunParameter(
        "seed",
        "NUMBER_INTEGER",
        "seed of weights, order of examples and dropout",
        lambda config: config.train.seed,
        _trained_with("seed"),
    ),
    RunParameter(
        "min_accuracy",
        "NUMBER_DOUBLE",
        "accuracy on the test split below which nothing is blessed, 0 to 1",
        lambda config: config.evaluation.min_accuracy,
        (
            Target("Champion", "min_accuracy"),
            Target("Evaluator", "eval_config", ("value_threshold", "lower_bound")),
        ),
    ),
    RunParameter(
        "push_dir",
        "STRING",
        "folder that models are pushed to, on the push volume",
        lambda config: str(config.models_folder),
        (Target("Baseline", "push_dir"), Target("Pusher", "push_dir")),
    ),
    RunParameter(
        "model_name",
        "STRING",
        "name under which the model is pushed",
        lambda config: config.pushed_name,
        (Target("Baseline", "model_name"), Target("Pusher", "model_name")),
    ),
)
