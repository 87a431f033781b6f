"""Prove exported files equal to the trained model: reload them from disk and ask them what the witness was asked."""

from dataclasses import dataclass
from pathlib import Path

from components.parity.comparison import EXPORT_AGAIN, compare_answers
from components.parity.decoding import DecodedImages, decode_both_ways
from components.parity.latency import measure_latency
from components.parity.onnx_answers import OnnxFileUnderTest
from components.parity.preconditions import find_unusable_witness, find_wrong_class_order, find_wrong_labels
from components.parity.saved_model_answers import SavedModelUnderTest
from serving.bundle import ONNX_FILE
from serving.manifest import ParityFigures, PredictMilliseconds
from trainers.export.witness import Witness

DEFAULT_LIMIT = 1e-4
"""Rounding between runtimes stays far below; a wrong weight, resize or class is far above."""
SAVED_MODEL_BATCH_SIZES = (7, 64)
ONNX_BATCH_SIZES = (1, 8)
"""Smaller than the SavedModel's, since an image of its own size is repeated to fill a batch."""


@dataclass(frozen=True, kw_only=True)
class ParityReport:
    """The verdict on a bundle's two formats.

    Attributes:
        figures: what was measured, the reasons against, and whether the bundle passed.
        predict_ms_per_image: speed of both formats; None when the witness was unusable and nothing was asked.
    """

    figures: ParityFigures
    predict_ms_per_image: PredictMilliseconds | None

    @property
    def passed(self) -> bool:
        """Whether both formats are equal to the trained model."""
        return self.figures.passed

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why not, one sentence each; empty when they are equal."""
        return self.figures.reasons


def measure_parity(bundle_dir: Path, witness: Witness, *, limit: float = DEFAULT_LIMIT) -> ParityReport:
    """Compare SavedModel and ONNX file with the trained model's probabilities, each at two batch sizes.

    The ONNX file is asked twice: with the pixels that the Transform graph's decoder gives, and with Pillow's. Both
    must be within the limit, for the two decoders agree to the bit on JPEG and PNG of 8 bits a colour
    (to one level on CMYK). Too few images,
    answers of a wrong shape and numbers that are not finite count against the bundle.

    Args:
        bundle_dir: folder with the SavedModel and model.onnx; sealed or not, it is only read.
        witness: images and the trained model's probabilities.
        limit: greatest difference of a probability that still counts as equal.

    Returns:
        Figures, verdict with reasons, and speed.

    Raises:
        GateError: the folder lacks one of the two formats, or the SavedModel one of its signatures.
    """
    saved_model = SavedModelUnderTest(bundle_dir)
    onnx_file = OnnxFileUnderTest(bundle_dir / ONNX_FILE)
    unusable = find_unusable_witness(witness)
    if unusable:
        figures = ParityFigures(limit=limit, images=len(witness.images), reasons=tuple(unusable), passed=False)
        return ParityReport(figures=figures, predict_ms_per_image=None)
    decoded = decode_both_ways(witness.images)
    return ParityReport(
        figures=_measure_differences(saved_model, onnx_file, witness, decoded, limit),
        predict_ms_per_image=measure_latency(saved_model, onnx_file, images=witness.images, pixels=decoded.graph),
    )


def _measure_differences(
    saved_model: SavedModelUnderTest,
    onnx_file: OnnxFileUnderTest,
    witness: Witness,
    decoded: DecodedImages,
    limit: float,
) -> ParityFigures:
    answers = {size: saved_model.predict(witness.images, batch_size=size) for size in SAVED_MODEL_BATCH_SIZES}
    probabilities = {size: answer for size, (answer, _) in answers.items()}
    by_saved_model = compare_answers(witness.probabilities_NK, probabilities, name="SavedModel", limit=limit)
    on_graph_pixels = {size: onnx_file.predict(decoded.graph, batch_size=size) for size in ONNX_BATCH_SIZES}
    by_onnx = compare_answers(
        witness.probabilities_NK, on_graph_pixels, name="ONNX file on the Transform graph's pixels", limit=limit
    )
    by_onnx_with_pillow = compare_answers(
        witness.probabilities_NK,
        {size: onnx_file.predict(decoded.pillow, batch_size=size) for size in ONNX_BATCH_SIZES},
        name="ONNX file on Pillow's pixels",
        limit=limit,
        remedy=_decoding_remedy(decoded),
    )
    reasons = (
        *find_wrong_class_order(witness, saved_model, onnx_file),
        *find_wrong_labels(witness, answers),
        *by_saved_model.reasons,
        *by_onnx.reasons,
        *by_onnx_with_pillow.reasons,
    )
    return ParityFigures(
        limit=limit,
        images=len(witness.images),
        saved_model_max_abs_diff=by_saved_model.max_abs_diff,
        saved_model_top_class_agreement=by_saved_model.top_class_agreement,
        saved_model_batch_sizes=SAVED_MODEL_BATCH_SIZES,
        onnx_max_abs_diff=by_onnx.max_abs_diff,
        onnx_top_class_agreement=by_onnx.top_class_agreement,
        onnx_pillow_max_abs_diff=by_onnx_with_pillow.max_abs_diff,
        onnx_batch_sizes=ONNX_BATCH_SIZES,
        decode_max_diff_levels=decoded.max_diff_levels,
        decode_differing_images=decoded.differing_images,
        reasons=reasons,
        passed=not reasons,
    )


def _decoding_remedy(decoded: DecodedImages) -> str:
    if not decoded.differing_images:
        return EXPORT_AGAIN
    return (
        f"Pillow decodes {decoded.differing_images} of the images differently, by up to {decoded.max_diff_levels} of "
        "255 levels, so callers would too; store the images as JPEG or PNG with 8 bits a colour"
    )
