"""Baseline: hand the model that is pushed now to the Evaluator."""

from pathlib import Path

from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types.standard_artifacts import Examples, Model
from tfx.utils import path_utils

from components.artifacts import ABSENT
from components.pushed_versions import latest_pushed
from serving.bundle import bundle_checksum, copy_files, verify


def leave_mark(folder: Path) -> None:
    """Write a file that says why there is no model: object stores, and with them some runners, know no empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ABSENT).write_text("nothing was pushed before this run\n")


@component
def Baseline(
    examples: InputArtifact[Examples],
    model: OutputArtifact[Model],
    push_dir: Parameter[str],
    model_name: Parameter[str],
) -> None:
    """Copy the newest pushed version to `model`, or mark `model` as absent.

    `examples` only orders the step after ingestion: a run that stops at bad data looks nothing up.
    """
    pushed = latest_pushed(Path(push_dir) / model_name)
    model.set_int_custom_property(ABSENT, int(pushed is None))
    if pushed is None:
        leave_mark(Path(model.uri))
        return
    verify(pushed)
    model.set_string_custom_property("bundle_checksum", bundle_checksum(pushed))
    model.set_string_custom_property("version", pushed.name)
    copy_files(pushed, Path(path_utils.serving_model_dir(model.uri)))
