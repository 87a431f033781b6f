"""A small sealed bundle: real files and checksums; what is in the model files plays no role for a push."""

from datetime import datetime, timezone
from pathlib import Path

import pytest

from serving.bundle import seal
from serving.manifest import (
    ImageSpec,
    ManifestDraft,
    ParityFigures,
    PredictMilliseconds,
    Signature,
    Signatures,
    TensorSpec,
)


@pytest.fixture
def sealed_bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    for name in ("saved_model.pb", "variables/variables.index", "model.onnx"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    call = Signature(
        inputs={"image": TensorSpec(dtype="uint8", shape=(None, None, None, 3))},
        outputs={"probabilities": TensorSpec(dtype="float32", shape=(None, 2))},
    )
    draft = ManifestDraft(
        framework="keras",
        model="cnn",
        versions={},
        class_names=("cat", "dog"),
        image=ImageSpec(size_pixels=32),
        parameters=1,
        signatures=Signatures(saved_model={"serving_default": call}, onnx=call),
        parity=ParityFigures(limit=1e-4, images=64, reasons=(), passed=True),
        predict_ms_per_image=PredictMilliseconds(saved_model=1.0, onnx=1.0),
        train_seconds=1.0,
        lineage={},
        created_at=datetime(2026, 1, 1, tzinfo=timezone.utc),
    )
    seal(folder, draft)
    return folder
