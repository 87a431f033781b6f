"""What can be set for each run without compiling again, and where each value goes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset
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
        default: Reads its default from the configuration and what is known of the data.
        targets: Where its value goes.
    """

    name: str
    type: ParameterType
    description: str
    default: Callable[[PipelineConfig, Dataset], Any]
    targets: tuple[Target, ...]


def _trained_with(setting: str) -> tuple[Target, ...]:
    return Target("Trainer", "custom_config", ("train", setting)), Target("Parity", "lineage", (f"run_{setting}",))


RUN_PARAMETERS = (
    RunParameter(
        "data",
        "STRING",
        "digits, or a folder of class folders or pattern of spans as the pods see it; as many classes as compiled for",
        lambda config, _: config.data.path,
        (Target("ImageExampleGen", "data"), Target("Parity", "lineage", ("run_data",))),
    ),
    RunParameter(
        "spans",
        "STRING",
        "of a pattern: names such as '3,4:2', or 'last 3', 'last 3 until 7', 'all'; empty for other data",
        lambda _, data: data.spans,
        (Target("ImageExampleGen", "spans"), Target("Parity", "lineage", ("run_spans",))),
    ),
    RunParameter(
        "max_corrupt_fraction",
        "NUMBER_DOUBLE",
        "share of unusable images that is quarantined without stopping the run, 0 to 1",
        lambda config, _: config.data.max_corrupt_fraction,
        (Target("ImageExampleGen", "max_corrupt_fraction"),),
    ),
    RunParameter(
        "epochs",
        "NUMBER_INTEGER",
        "passes over the training examples",
        lambda config, _: config.train.epochs,
        _trained_with("epochs"),
    ),
    RunParameter(
        "batch_size_examples",
        "NUMBER_INTEGER",
        "examples per training step",
        lambda config, _: config.train.batch_size_examples,
        _trained_with("batch_size_examples"),
    ),
    RunParameter(
        "learning_rate",
        "NUMBER_DOUBLE",
        "peak learning rate",
        lambda config, _: config.train.learning_rate,
        _trained_with("learning_rate"),
    ),
    RunParameter(
        "seed",
        "NUMBER_INTEGER",
        "seed of weights, order of examples and dropout",
        lambda config, _: config.train.seed,
        _trained_with("seed"),
    ),
    RunParameter(
        "min_accuracy",
        "NUMBER_DOUBLE",
        "accuracy on the test split below which nothing is blessed, 0 to 1",
        lambda config, _: config.evaluation.min_accuracy,
        (
            Target("Champion", "min_accuracy"),
            Target("Evaluator", "eval_config", ("value_threshold", "lower_bound")),
        ),
    ),
    RunParameter(
        "push_dir",
        "STRING",
        "folder that models are pushed to, on the push volume",
        lambda config, _: str(config.models_folder),
        (Target("Baseline", "push_dir"), Target("Pusher", "push_dir")),
    ),
    RunParameter(
        "model_name",
        "STRING",
        "name under which the model is pushed",
        lambda config, _: config.pushed_name,
        (Target("Baseline", "model_name"), Target("Pusher", "model_name")),
    ),
)
