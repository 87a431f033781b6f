"""Parity: prove a candidate's exports equal to the trained model and seal them as a bundle."""

import json
from pathlib import Path

from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types.standard_artifacts import Model, ModelRun
from tfx.utils import path_utils

from components.artifacts import ParityReport
from components.parity.proof import prove_and_seal


@component
def Parity(
    model: InputArtifact[Model],
    model_run: InputArtifact[ModelRun],
    bundle: OutputArtifact[Model],
    report: OutputArtifact[ParityReport],
    max_probability_difference: Parameter[float],
    lineage: Parameter[str],
) -> None:
    """Copy the exports to `bundle` and seal them with the proof; exports that differ are sealed too, as refused."""
    manifest = prove_and_seal(
        Path(path_utils.serving_model_dir(model.uri)),
        Path(model_run.uri),
        Path(path_utils.serving_model_dir(bundle.uri)),
        limit=max_probability_difference,
        lineage=json.loads(lineage),
    )
    figures = manifest.parity
    folder = Path(report.uri)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "parity.json").write_text(figures.model_dump_json(indent=2))
    outcome = f"SavedModel {figures.saved_model_max_abs_diff}, ONNX {figures.onnx_max_abs_diff}"
    if figures.passed:
        outcome = (
            f"equal on {figures.images} images: SavedModel within {figures.saved_model_max_abs_diff:.1e},"
            f" ONNX within {figures.onnx_max_abs_diff:.1e}"
        )
    report.set_string_custom_property(
        "outcome", outcome if figures.passed else "not equal: " + "; ".join(figures.reasons)
    )
