"""The one door to ONNX Runtime."""

import os
from typing import Any

_NO_TELEMETRY = "ORT_DISABLE_TELEMETRY"


def load_onnx_runtime() -> Any:
    """Return the module `onnxruntime`, told to keep to itself.

    Its official wheels may report usage to their maker unless this variable is set before they start. Whoever wants
    that sets `ORT_DISABLE_TELEMETRY=0`.
    """
    os.environ.setdefault(_NO_TELEMETRY, "1")
    import onnxruntime

    return onnxruntime
