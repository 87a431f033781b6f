"""ModulePusher: the last step of a TFX module's run; without a blessing nothing is pushed."""

import json
from datetime import datetime, timezone
from pathlib import Path

from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types.standard_artifacts import Model, ModelBlessing, ModelEvaluation, PushedModel
from tfx.utils import path_utils

from components.module_pusher.push import push_module
from components.module_pusher.verdict import judge
from serving.saved_model_manifest import SavedModelManifest, manifest_checksum, record_saved_model
from trainers.candidate import installed_versions
from trainers.export.signatures import read_saved_model_signatures

_PACKAGES = ("tfx", "tensorflow", "tensorflow-transform", "keras")


@component
def ModulePusher(
    model: InputArtifact[Model],
    evaluation: InputArtifact[ModelEvaluation],
    blessing: InputArtifact[ModelBlessing],
    pushed_model: OutputArtifact[PushedModel],
    push_dir: Parameter[str],
    model_name: Parameter[str],
    source: Parameter[str],
    min_accuracy: Parameter[float],
    lineage: Parameter[str],
) -> None:
    """Push the SavedModel with its manifest if it is blessed; `pushed_model` says what was done and why."""
    verdict = judge(Path(evaluation.uri), Path(blessing.uri), min_accuracy=min_accuracy)
    pushed_model.set_int_custom_property("pushed", int(not verdict.reasons))
    pushed_model.set_string_custom_property("decision", "; ".join(verdict.reasons))
    if verdict.reasons:
        return
    saved_model_dir = Path(path_utils.serving_model_dir(model.uri))
    manifest = SavedModelManifest(
        module=source,
        versions=installed_versions(_PACKAGES),
        signatures=read_saved_model_signatures(saved_model_dir),
        accuracy=verdict.accuracy,
        min_accuracy=min_accuracy,
        lineage=json.loads(lineage),
        created_at=datetime.now(timezone.utc),
        files=record_saved_model(saved_model_dir),
    )
    pushed = push_module(saved_model_dir, manifest, model_folder=Path(push_dir) / model_name)
    pushed_model.set_string_custom_property("decision", f"accuracy {verdict.accuracy:.4f} on the test split")
    pushed_model.set_string_custom_property("pushed_destination", str(pushed.path))
    pushed_model.set_string_custom_property("pushed_version", pushed.path.name)
    pushed_model.set_int_custom_property("is_new", int(pushed.is_new))
    pushed_model.set_string_custom_property("bundle_checksum", manifest_checksum(pushed.path))
