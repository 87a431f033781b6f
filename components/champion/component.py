"""Champion: gather each candidate's figures, let the policy decide, write the decision."""

from pathlib import Path

from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types.standard_artifacts import Model, ModelBlessing, ModelEvaluation
from tfx.utils import path_utils

from components.artifacts import ABSENT, Decision
from components.champion.candidates import measure_baseline, measure_candidate
from components.champion.policy import decide
from serving.bundle import read_manifest


@component
def Champion(
    decision: OutputArtifact[Decision],
    baseline: InputArtifact[Model],
    min_accuracy: Parameter[float],
    max_accuracy_drop: Parameter[float],
    keras_bundle: InputArtifact[Model] = None,
    keras_evaluation: InputArtifact[ModelEvaluation] = None,
    keras_blessing: InputArtifact[ModelBlessing] = None,
    pytorch_bundle: InputArtifact[Model] = None,
    pytorch_evaluation: InputArtifact[ModelEvaluation] = None,
    pytorch_blessing: InputArtifact[ModelBlessing] = None,
) -> None:
    """Write `decision.json`; a framework that does not take part is left out."""
    inputs = [
        (keras_bundle, keras_evaluation, keras_blessing),
        (pytorch_bundle, pytorch_evaluation, pytorch_blessing),
    ]
    taking_part = [
        (Path(path_utils.serving_model_dir(bundle.uri)), Path(evaluation.uri), Path(blessing.uri))
        for bundle, evaluation, blessing in inputs
        if bundle is not None
    ]
    pushed = None
    if not baseline.get_int_custom_property(ABSENT):
        pushed = measure_baseline(
            taking_part[0][1],
            version=baseline.get_string_custom_property("version"),
            bundle_dir=Path(path_utils.serving_model_dir(baseline.uri)),
            classes=read_manifest(taking_part[0][0]).class_names,
        )
    decided = decide(
        [measure_candidate(*folders, with_baseline=pushed is not None) for folders in taking_part],
        baseline=pushed,
        min_accuracy=min_accuracy,
        max_accuracy_drop=max_accuracy_drop,
    )
    decided.write(Path(decision.uri))
    decision.set_string_custom_property("champion", decided.champion or "")
