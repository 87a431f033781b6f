"""A training job, the same for both frameworks: load, build, train, export, testify.

Shape letters: N images, S side of the square in pixels, K classes.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import onnx

from serving.bundle import ONNX_FILE, WEIGHTS_FILE
from trainers.candidate import HISTORY_FILE, WITNESS_FILE, CandidateFacts, installed_versions
from trainers.config import TrainConfig
from trainers.example_split import TrainingData
from trainers.export.normalization import read_normalization
from trainers.export.onnx_file import write_onnx_file
from trainers.export.saved_model import MappedModel, write_saved_model
from trainers.export.transform_graph import TransformGraph
from trainers.export.witness import save_witness, take_testimony
from trainers.framework import Framework
from trainers.further_exports.formats import formats_of
from trainers.further_exports.writing import write_further_exports
from trainers.history import TrainingHistory
from trainers.normalization import Normalization
from trainers.out_of_memory import explaining_out_of_memory
from trainers.probabilities import softmax
from trainers.progress import Report, log_progress
from trainers.training_data import load_training_data
from trainers.training_request import TrainingRequest
from trainers.weights.facts import WeightsFacts
from trainers.weights.start import StartModel

Pixels = npt.NDArray[np.float32]


class TrainingSide(Protocol):
    """What differs between the frameworks."""

    framework: Framework
    packages: tuple[str, ...]
    """Distributions whose versions the bundle names."""

    def build(
        self, config: TrainConfig, data: TrainingData, *, given: Normalization, pushed_bundle: Path | None
    ) -> StartModel:
        """Return a model for the data with the weights that it starts from, seeded.

        Args:
            config: Names model and weights.
            data: The data.
            given: What the Transform graph makes of an image's levels.
            pushed_bundle: Folder of the pushed version that `weights` names.
        """

    def write_weights(self, path: Path, model: Any, facts: WeightsFacts) -> None:
        """Write the trained weights in a form that a later training can start from."""

    def train(
        self,
        model: Any,
        data: TrainingData,
        config: TrainConfig,
        *,
        work_dir: Path,
        checkpoint_dir: Path | None,
        report: Report = log_progress,
    ) -> TrainingHistory:
        """Train the model in place, from the newest checkpoint on; it keeps the weights of the best epoch."""

    def predict_logits(self, model: Any, pixels_NSSC: Pixels) -> npt.NDArray[np.float32]:
        """Return the trained model's logits, float32 [N, K], on standardised pixels."""

    def as_tensorflow(self, model: Any, image_size_pixels: int) -> MappedModel:
        """Return the model in TensorFlow ops, float32 pixels [N, S, S, 3] to logits [N, K], and its weights' owner."""

    def as_onnx(self, model: Any, image_size_pixels: int) -> onnx.ModelProto:
        """Return the model's ONNX core, pixels to logits."""

    def write_archive(self, path: Path, model: Any, image_size_pixels: int) -> Callable[[Pixels], Pixels]:
        """Write the model as its framework's own archive; return what was read back, pixels to logits [N, K]."""


def run_job(request: TrainingRequest, side: TrainingSide) -> None:
    """Train one model and leave SavedModel, ONNX file, testimony, history and facts in the request's folders.

    The checkpoints stay: whoever gave their folder removes them when the results are safe.

    Raises:
        OutOfMemoryError: An allocation failed.
    """
    graph = TransformGraph(request.transform_graph_dir)
    with explaining_out_of_memory(request.train, image_size_pixels=graph.image_size_pixels):
        _run(request, side, graph)


def _run(request: TrainingRequest, side: TrainingSide, graph: TransformGraph) -> None:
    request.work_dir.mkdir(parents=True, exist_ok=True)
    given = read_normalization(graph)
    data, witness_images = load_training_data(
        graph,
        train_files=request.train_files,
        eval_files=request.eval_files,
        config=request.train,
        given=given,
        work_dir=request.work_dir,
        num_witness_images=request.parity_images,
    )
    model, expected = side.build(request.train, data, given=given, pushed_bundle=request.pushed_bundle)
    history = side.train(model, data, request.train, work_dir=request.work_dir, checkpoint_dir=request.checkpoint_dir)
    history.write(request.work_dir / HISTORY_FILE)
    mapped = side.as_tensorflow(model, graph.image_size_pixels)
    _export(request, side, model, data, mapped)
    _write_weights(request, side, model, data, expected)
    witness = take_testimony(
        witness_images,
        probabilities_of=lambda pixels_NSSC: softmax(side.predict_logits(model, pixels_NSSC)),
        transform_graph_dir=request.transform_graph_dir,
    )
    save_witness(request.work_dir / WITNESS_FILE, witness)
    exports = write_further_exports(
        formats_of(side.framework, request.train.exports),
        request.serving_model_dir,
        mapped=mapped,
        write_archive=lambda path: side.write_archive(path, model, graph.image_size_pixels),
        graph=graph,
        given=given,
        witness=witness,
    )
    CandidateFacts(
        framework=side.framework,
        model=request.train.model,
        class_names=data.class_names,
        image_size_pixels=graph.image_size_pixels,
        parameters=history.total_parameters,
        device=history.device,
        replicas=history.replicas,
        precision=history.precision,
        exports=exports,
        train_seconds=history.train_seconds,
        versions=installed_versions(("tfx", *side.packages)),
    ).write(request.work_dir)


def _export(request: TrainingRequest, side: TrainingSide, model: Any, data: TrainingData, mapped: MappedModel) -> None:
    logits, tracked = mapped
    write_saved_model(
        request.serving_model_dir,
        logits=logits,
        tracked=tracked,
        transform_graph_dir=request.transform_graph_dir,
        class_names=data.class_names,
    )
    write_onnx_file(
        request.serving_model_dir / ONNX_FILE,
        core=side.as_onnx(model, data.image_shape[0]),
        transform_graph_dir=request.transform_graph_dir,
        class_names=data.class_names,
        framework=side.framework,
    )


def _write_weights(
    request: TrainingRequest, side: TrainingSide, model: Any, data: TrainingData, expected: Normalization
) -> None:
    """Put the weights into the bundle, with what they expect of their pixels."""
    facts = WeightsFacts(
        framework=side.framework,
        model=request.train.model,
        class_names=data.class_names,
        image_size_pixels=data.image_shape[0],
        scale_C=expected.scale_C,
        offset_C=expected.offset_C,
    )
    side.write_weights(request.serving_model_dir / WEIGHTS_FILE, model, facts)
