"""Signatures in the manifest are those of the files."""

from pathlib import Path

from serving.manifest import TensorSpec
from trainers.export.signatures import read_signatures


def test_names_dtypes_and_shapes_of_both_formats_are_read(keras_bundle_dir: Path) -> None:
    signatures = read_signatures(keras_bundle_dir, keras_bundle_dir / "model.onnx")

    assert set(signatures.saved_model) == {"serving_default", "predict_examples", "transform_labels"}
    serving = signatures.saved_model["serving_default"]
    assert serving.inputs == {"image_bytes": TensorSpec(dtype="string", shape=(None,))}
    assert serving.outputs == {
        "probabilities": TensorSpec(dtype="float32", shape=(None, 3)),
        "label": TensorSpec(dtype="string", shape=(None,)),
        "score": TensorSpec(dtype="float32", shape=(None,)),
    }
    labels = signatures.saved_model["transform_labels"]
    assert labels.outputs == {"label_id": TensorSpec(dtype="int64", shape=(None,))}
    assert signatures.onnx.inputs == {"image": TensorSpec(dtype="uint8", shape=(None, None, None, 3))}
    assert signatures.onnx.outputs == {"probabilities": TensorSpec(dtype="float32", shape=(None, 3))}
