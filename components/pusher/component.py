"""Pusher: the last step; it obeys the decision."""

from pathlib import Path

from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types.standard_artifacts import Examples, Model, PushedModel
from tfx.utils import path_utils

from components.artifacts import Decision
from components.decision import Decision as DecisionRecord
from components.image_counts import read_image_counts
from components.pusher.push import push


@component
def Pusher(
    decision: InputArtifact[Decision],
    examples: InputArtifact[Examples],
    pushed_model: OutputArtifact[PushedModel],
    push_dir: Parameter[str],
    model_name: Parameter[str],
    keras_bundle: InputArtifact[Model] = None,
    pytorch_bundle: InputArtifact[Model] = None,
) -> None:
    """Push the champion's bundle; without a champion nothing is pushed and `pushed_model` says so.

    `examples` tells how many images the model was trained and judged on.
    """
    decided = DecisionRecord.read(Path(decision.uri))
    bundles = {"keras": keras_bundle, "pytorch": pytorch_bundle}
    champion = bundles[decided.champion] if decided.champion else None
    pushed_model.set_int_custom_property("pushed", int(champion is not None))
    if champion is None:
        return
    pushed = push(
        Path(path_utils.serving_model_dir(champion.uri)),
        decided,
        read_image_counts(Path(examples.uri)),
        model_folder=Path(push_dir) / model_name,
    )
    pushed_model.set_string_custom_property("pushed_destination", str(pushed.path))
    pushed_model.set_string_custom_property("pushed_version", pushed.path.name)
    pushed_model.set_int_custom_property("is_new", int(pushed.is_new))
    pushed_model.set_string_custom_property("bundle_checksum", str(decided.blessed_checksum))
    pushed_model.set_string_custom_property(
        "baseline_checksum", decided.baseline.bundle_checksum if decided.baseline else ""
    )
