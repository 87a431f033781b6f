"""A candidate as the champion's choice sees it, each test changing what it is about."""

from typing import Any

from components.decision import Candidate


def make_candidate(**changes: Any) -> Candidate:
    """Return a small Keras candidate without an evaluation that passed everything else."""
    values: dict[str, Any] = {
        "framework": "keras",
        "bundle_checksum": "abc",
        "metrics": None,
        "tfma_passed": True,
        "parity_passed": True,
        "parity": {"saved_model": 0.0, "onnx": 0.0},
        "parameters": 1,
        "train_seconds": 1.0,
        "predict_ms_per_image": 1.0,
        "bundle_mib": 1.0,
    }
    return Candidate(**(values | changes))
