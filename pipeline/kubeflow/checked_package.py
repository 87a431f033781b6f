"""A package that the linter has nothing against: what is submitted, scheduled or written down."""

from pathlib import Path

from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset
from pipeline.errors import UsageError
from pipeline.kubeflow.lint.run import lint_file


def compile_checked(config: PipelineConfig, data: Dataset, path: Path) -> None:
    """Compile a package and lint it.

    Args:
        config: Configuration of the run, from `pipeline.kubeflow.preconditions.for_cluster`.
        data: From `pipeline.kubeflow.preconditions.describe_data`.
        path: File to write, ending in `.yaml`.

    Raises:
        UsageError: The file has another ending or cannot be written, or the linter refuses what is in it.
    """
    if path.suffix != ".yaml":
        raise UsageError([f"package {path} must end in .yaml, the only form that the server takes"])
    from pipeline.kubeflow.compile import compile_package

    compile_package(config, data, path)
    findings = lint_file(path)
    if findings:
        raise UsageError([f"{path}: {finding.rule}: {finding.message}" for finding in findings])
