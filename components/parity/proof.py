"""Turn what a training job left into a sealed bundle that carries its proof."""

from collections.abc import Mapping
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path

from components.errors import GateError
from components.parity.measure import measure_parity
from serving.bundle import ONNX_FILE, copy_files, seal
from serving.manifest import ImageSpec, Manifest, ManifestDraft
from trainers.candidate import WITNESS_FILE, CandidateFacts
from trainers.export.signatures import read_signatures
from trainers.export.witness import load_witness


def prove_and_seal(
    exports_dir: Path, work_dir: Path, bundle_dir: Path, *, limit: float, lineage: Mapping[str, str]
) -> Manifest:
    """Copy the exports, measure how far they are from the trained model, and seal the copy.

    Args:
        exports_dir: SavedModel and `model.onnx` as the training job left them.
        work_dir: The job's other folder, with testimony and facts.
        bundle_dir: Folder to make the bundle in.
        limit: Largest difference of a probability that counts as equal.
        lineage: Ids that lead back to data, schema, code and configuration.

    Raises:
        GateError: The testimony cannot be used, so there is nothing to compare with.
    """
    facts = CandidateFacts.read(work_dir)
    copy_files(exports_dir, bundle_dir)
    parity = measure_parity(bundle_dir, load_witness(work_dir / WITNESS_FILE), limit=limit)
    if parity.predict_ms_per_image is None:
        raise GateError("parity cannot be measured: " + "; ".join(parity.reasons))
    draft = ManifestDraft(
        framework=facts.framework,
        model=facts.model,
        versions={**facts.versions, "onnxruntime": metadata.version("onnxruntime")},
        class_names=facts.class_names,
        image=ImageSpec(size_pixels=facts.image_size_pixels),
        parameters=facts.parameters,
        signatures=read_signatures(bundle_dir, bundle_dir / ONNX_FILE),
        parity=parity.figures,
        predict_ms_per_image=parity.predict_ms_per_image,
        train_seconds=facts.train_seconds,
        lineage={
            **lineage,
            "device": facts.device,
            "replicas": str(facts.replicas),
            "precision": facts.precision,
        },
        created_at=datetime.now(timezone.utc),
    )
    return seal(bundle_dir, draft)
