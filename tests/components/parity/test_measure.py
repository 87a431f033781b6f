"""A bundle passes when both formats answer as the trained model did, and a change in either is found and named."""

import dataclasses
import shutil
from pathlib import Path

import keras
import numpy as np
import onnx
import pytest
import tiny_exports

from components.errors import GateError
from components.parity.measure import measure_parity
from trainers.export.saved_model import write_saved_model
from trainers.export.witness import Witness, take_testimony


@pytest.fixture
def bundle_dir(keras_bundle_dir: Path, tmp_path: Path) -> Path:
    return shutil.copytree(keras_bundle_dir, tmp_path / "bundle")


def _change_onnx_weights(path: Path) -> None:
    model = onnx.load(path)
    weight = next(tensor for tensor in model.graph.initializer if list(tensor.dims) == [8, 3])
    values = onnx.numpy_helper.to_array(weight).copy()
    values[:, 0] += 0.5
    weight.CopyFrom(onnx.numpy_helper.from_array(values, weight.name))
    onnx.save(model, path)


def test_untouched_export_passes_with_figures_far_below_the_limit(bundle_dir: Path, witness: Witness) -> None:
    report = measure_parity(bundle_dir, witness)

    assert report.passed
    assert report.reasons == ()
    figures = report.figures
    assert figures.images == 64
    assert figures.limit == 1e-4
    assert figures.saved_model_max_abs_diff is not None
    assert figures.saved_model_max_abs_diff < 1e-5
    assert figures.onnx_max_abs_diff is not None
    assert figures.onnx_max_abs_diff < 1e-5
    assert figures.onnx_pillow_max_abs_diff == figures.onnx_max_abs_diff
    assert figures.saved_model_top_class_agreement == figures.onnx_top_class_agreement == 1
    assert figures.saved_model_batch_sizes == (7, 64)
    assert figures.onnx_batch_sizes == (1, 8)
    assert figures.decode_max_diff_levels == figures.decode_differing_images == 0
    assert report.predict_ms_per_image is not None
    assert report.predict_ms_per_image.onnx > 0


def test_changed_onnx_weight_is_found(bundle_dir: Path, witness: Witness) -> None:
    _change_onnx_weights(bundle_dir / "model.onnx")

    report = measure_parity(bundle_dir, witness)

    assert not report.passed
    assert len(report.reasons) == 4
    assert all(reason.startswith("ONNX file on ") and "above the limit" in reason for reason in report.reasons)
    assert report.figures.onnx_max_abs_diff is not None
    assert report.figures.onnx_max_abs_diff > 1e-3
    assert report.figures.saved_model_max_abs_diff is not None
    assert report.figures.saved_model_max_abs_diff < 1e-5


def test_changed_saved_model_weight_is_found(
    bundle_dir: Path, witness: Witness, keras_model: keras.Model, transform_graph_dir: Path
) -> None:
    changed = keras.models.clone_model(keras_model)
    changed.set_weights([weight + 0.01 for weight in keras_model.get_weights()])
    write_saved_model(
        bundle_dir,
        logits=lambda pixels_NHWC: changed(pixels_NHWC, training=False),
        tracked=changed,
        transform_graph_dir=transform_graph_dir,
        class_names=tiny_exports.CLASS_NAMES,
    )

    report = measure_parity(bundle_dir, witness)

    assert not report.passed
    assert [reason.split(":")[0] for reason in report.reasons] == [
        "SavedModel at batch size 7",
        "SavedModel at batch size 64",
    ]
    assert report.figures.onnx_max_abs_diff is not None
    assert report.figures.onnx_max_abs_diff < 1e-5


def test_onnx_classes_in_another_order_are_found(bundle_dir: Path, witness: Witness) -> None:
    model = onnx.load(bundle_dir / "model.onnx")
    onnx.helper.set_model_props(model, {"class_names": '["blue", "green", "red"]'})
    onnx.save(model, bundle_dir / "model.onnx")

    report = measure_parity(bundle_dir, witness)

    assert [reason.split(",")[0] for reason in report.reasons] == ["ONNX file: its metadata has the classes ['blue'"]


def test_saved_model_vocabulary_in_another_order_is_found(bundle_dir: Path, witness: Witness) -> None:
    (bundle_dir / "assets/label").write_text("blue\ngreen\nred\n")

    report = measure_parity(bundle_dir, witness)

    assert len(report.reasons) == 1
    assert "SavedModel: its vocabulary gives the classes" in report.reasons[0]


def test_weights_that_are_not_finite_fail_and_leave_no_figure(bundle_dir: Path, witness: Witness) -> None:
    model = onnx.load(bundle_dir / "model.onnx")
    offset = next(tensor for tensor in model.graph.initializer if tensor.name == "offset")
    offset.CopyFrom(onnx.numpy_helper.from_array(np.full([3, 1, 1], np.nan, np.float32), "offset"))
    onnx.save(model, bundle_dir / "model.onnx")

    report = measure_parity(bundle_dir, witness)

    assert report.figures.onnx_max_abs_diff is None
    assert "64 images get probabilities that are not finite" in report.reasons[0]


def test_model_with_another_number_of_classes_fails(bundle_dir: Path, witness: Witness) -> None:
    narrow = witness.probabilities_NK[:, :2] / witness.probabilities_NK[:, :2].sum(axis=1, keepdims=True)

    report = measure_parity(
        bundle_dir, dataclasses.replace(witness, probabilities_NK=narrow, class_names=("red", "green"))
    )

    assert not report.passed
    assert "SavedModel at batch size 7: probabilities have the shape [64, 3] instead of [64, 2]" in " ".join(
        report.reasons
    )


def test_unusable_witness_fails_without_asking_the_files(bundle_dir: Path, witness: Witness) -> None:
    few = dataclasses.replace(witness, images=witness.images[:63], probabilities_NK=witness.probabilities_NK[:63])

    report = measure_parity(bundle_dir, few)

    assert not report.passed
    assert "63 images" in report.reasons[0]
    assert report.figures.saved_model_max_abs_diff is None
    assert report.predict_ms_per_image is None


def test_image_that_pillow_reads_differently_is_accounted_for(
    bundle_dir: Path, keras_model: keras.Model, transform_graph_dir: Path
) -> None:
    witness = take_testimony(
        [*tiny_exports.draw_images(64), tiny_exports.draw_16_bit_image()],
        probabilities_of=lambda pixels: tiny_exports.keras_probabilities(keras_model, pixels),
        transform_graph_dir=transform_graph_dir,
    )

    report = measure_parity(bundle_dir, witness)

    assert report.figures.decode_differing_images == 1
    assert report.figures.onnx_max_abs_diff is not None
    assert report.figures.onnx_max_abs_diff < 1e-5
    assert len(report.reasons) == 2
    assert all(reason.startswith("ONNX file on Pillow's pixels") for reason in report.reasons)
    assert all("Pillow decodes 1 of the images differently" in reason for reason in report.reasons)


def test_missing_format_is_an_error(bundle_dir: Path, witness: Witness) -> None:
    (bundle_dir / "model.onnx").unlink()

    with pytest.raises(GateError, match=r"model\.onnx: there is no ONNX file to compare"):
        measure_parity(bundle_dir, witness)


# Torch says so on machines without a GPU when TensorFlow has looked for one before.
@pytest.mark.filterwarnings("ignore:CUDA initialization:UserWarning")
@pytest.mark.slow
def test_torch_export_passes(transform_graph_dir: Path, tmp_path: Path) -> None:
    import torch

    module = tiny_exports.build_torch_module()
    tiny_exports.write_torch_bundle_files(tmp_path, module, transform_graph_dir)

    def probabilities_of(pixels_NHWC: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            logits_NK = module(torch.from_numpy(pixels_NHWC.transpose(0, 3, 1, 2)))
        return logits_NK.softmax(dim=1).numpy()

    witness = take_testimony(
        tiny_exports.draw_images(64), probabilities_of=probabilities_of, transform_graph_dir=transform_graph_dir
    )
    report = measure_parity(tmp_path, witness)

    assert report.reasons == ()
    assert len(set(witness.probabilities_NK.argmax(axis=1))) > 1
    assert report.figures.saved_model_max_abs_diff is not None
    assert report.figures.saved_model_max_abs_diff < 1e-5
    assert report.figures.onnx_max_abs_diff is not None
    assert report.figures.onnx_max_abs_diff < 1e-5
