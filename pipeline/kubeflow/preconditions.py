"""What must hold before a run can go to a cluster: every path means a path of the pods, nothing of this machine."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from components.image_example_gen.sources import DIGITS
from components.image_example_gen.spans.pattern import base_of, is_pattern, parse_pattern
from components.image_example_gen.spans.span import SpansError
from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset, inspect_dataset
from pipeline.errors import UsageError
from pipeline.kubeflow.names import PIPELINE_NAME
from trainers.models.source import UserModel, parse_model_source


def for_cluster(config: PipelineConfig) -> PipelineConfig:
    """Return the configuration with the push folder that pods see: by default the volume's own.

    Raises:
        UsageError: With everything in it that cannot work in pods.
    """
    volume = config.kubeflow.push_volume
    if config.push_dir is None and volume is not None:
        config = config.model_copy(update={"push_dir": Path(volume.mount_path)})
    problems = list(_problems(config))
    if problems:
        raise UsageError(problems)
    return config


def pipeline_name(config: PipelineConfig) -> str:
    """Return the name of the pipeline on the cluster, where underscores are not allowed."""
    return f"tandem-{config.pushed_name.replace('_', '-')}"


def describe_data(config: PipelineConfig) -> Dataset:
    """Describe the data if it is here, else take the number of classes from the configuration.

    The spans of a pattern are chosen here if they are here; else by the pod that reads them, by the same settings.

    Raises:
        UsageError: The data is here and breaks a rule, or it is not here and `kubeflow.num_classes` is not set.
    """
    path, classes = config.data.path, config.kubeflow.num_classes
    if path == DIGITS or Path(base_of(path)).is_dir():
        return inspect_dataset(path, _local_schema(config), config.data.span_choice)
    if classes is None:
        raise UsageError(
            [
                f"data folder {path} is not on this machine, so its classes cannot be counted; set"
                " kubeflow.num_classes, or compile where the data is mounted at the same path"
            ]
        )
    return Dataset(
        path=path,
        labels=tuple(f"class {number}" for number in range(classes)),
        images=0,
        fingerprint="",
        spans=_spans_for_pods(config),
    )


def _spans_for_pods(config: PipelineConfig) -> str:
    if not is_pattern(config.data.path):
        return ""
    try:
        parse_pattern(config.data.path)
    except SpansError as error:
        raise UsageError(error.problems) from error
    return str(config.data.span_choice)


def _local_schema(config: PipelineConfig) -> Path | None:
    schema = config.data.schema_file
    return schema if schema is not None and schema.exists() else None


def _problems(config: PipelineConfig) -> Iterator[str]:
    cluster = config.kubeflow
    if cluster.push_volume is None:
        yield (
            "kubeflow.push_volume is not set: pods are gone after the run, and the pushed model with them; name a"
            " claim and its mount_path"
        )
    elif not cluster.push_volume.holds(str(config.push_dir)):
        yield (
            f"push_dir {config.push_dir} is not on kubeflow.push_volume, which pods see at"
            f" {cluster.push_volume.mount_path}; leave push_dir out or name a folder below that"
        )
    if config.data.path != DIGITS:
        yield from _path_problems(config, "data.path", config.data.path)
    if config.data.schema_file is not None:
        yield from _path_problems(config, "data.schema_file", str(config.data.schema_file))
    if config.beam.runner == "multi_process" and config.beam.workers == 0:
        yield "beam.workers must be set on Kubeflow: this machine's number of cores says nothing about the pods'"
    for framework in config.frameworks:
        source = parse_model_source(config.train_of(framework).model)
        if isinstance(source, UserModel) and PurePosixPath(source.location).is_absolute():
            yield (
                f"model of {framework}: {source.location} is a path of this machine; put the file into the image and"
                " name it relative to the image's working folder, or as a module"
            )
    if not PIPELINE_NAME.fullmatch(pipeline_name(config)):
        yield f"model_name {config.pushed_name!r} cannot be part of a pipeline's name; use a-z, 0-9 and '-'"


def _path_problems(config: PipelineConfig, setting: str, path: str) -> Iterator[str]:
    volumes = [volume for volume in (config.kubeflow.data_volume, config.kubeflow.push_volume) if volume]
    if not PurePosixPath(path).is_absolute():
        yield f"{setting} {path} must be an absolute path as the pods see it, on kubeflow.data_volume"
    elif not any(volume.holds(path) for volume in volumes):
        mounted = ", ".join(volume.mount_path for volume in volumes) or "none"
        yield f"{setting} {path} is on no volume that the pods see ({mounted}); set kubeflow.data_volume"
