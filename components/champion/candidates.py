"""Gather what the policy needs to know of a candidate from the folders that earlier steps left."""

from collections.abc import Collection
from pathlib import Path

from components import evaluation_keys as keys
from components.champion.results import load_accuracy, load_failures, load_metrics
from components.decision import BaselineModel, Candidate
from components.errors import GateError
from serving.bundle import bundle_checksum, read_manifest, verify

_TFX_BLESSED = "BLESSED"
_MIB = 2**20


def measure_candidate(bundle_dir: Path, evaluation_dir: Path, blessing_dir: Path, *, with_baseline: bool) -> Candidate:
    """Return the figures of one candidate, its bundle verified first.

    Args:
        bundle_dir: Bundle that parity sealed.
        evaluation_dir: What the Evaluator wrote about it.
        blessing_dir: The Evaluator's blessing; TFX marks it by a file called BLESSED.
        with_baseline: Whether the Evaluator ran the pushed model beside the candidate.
    """
    verify(bundle_dir)
    manifest = read_manifest(bundle_dir)
    parity = manifest.parity
    validated, failures = load_failures(evaluation_dir)
    return Candidate(
        framework=manifest.framework,
        bundle_checksum=bundle_checksum(bundle_dir),
        metrics=load_metrics(
            evaluation_dir, manifest.class_names, model_name=keys.CANDIDATE if with_baseline else None
        ),
        tfma_passed=validated and (blessing_dir / _TFX_BLESSED).exists(),
        tfma_failures=failures,
        parity_passed=parity.passed,
        parity_reasons=parity.reasons,
        parity={"saved_model": parity.saved_model_max_abs_diff, "onnx": parity.onnx_max_abs_diff},
        parameters=manifest.parameters,
        train_seconds=manifest.train_seconds,
        predict_ms_per_image=manifest.predict_ms_per_image.saved_model,
        bundle_mib=sum(entry.size_bytes for entry in manifest.files.values()) / _MIB,
    )


def measure_baseline(
    evaluation_dir: Path, *, version: str, bundle_dir: Path, classes: Collection[str]
) -> BaselineModel:
    """Return the figures of the pushed model from an evaluation that ran it beside a candidate.

    Args:
        evaluation_dir: What the Evaluator wrote about both.
        version: Version of the pushed model.
        bundle_dir: Its bundle.
        classes: Classes of the data, which the candidate knows.

    Raises:
        GateError: When the evaluation has no figures of it.
    """
    known = read_manifest(bundle_dir).class_names
    accuracy = load_accuracy(evaluation_dir, model_name=keys.BASELINE)
    if accuracy is None:
        raise GateError(f"the evaluation has no figures of version {version}, which is pushed now; remove that version")
    return BaselineModel(
        version=version,
        bundle_checksum=bundle_checksum(bundle_dir),
        accuracy=accuracy,
        unknown_classes=tuple(sorted(set(classes) - set(known))),
        further_classes=tuple(sorted(set(known) - set(classes))),
    )
