"""The PyTorch core answers as PyTorch does in inference mode, at any batch size."""

import numpy as np
import onnxruntime
import pytest
import tiny_exports
import torch

from trainers.export.onnx_torch import export_torch_core

pytestmark = [
    pytest.mark.slow,
    # Torch says so on machines without a GPU when TensorFlow has looked for one before.
    pytest.mark.filterwarnings("ignore:CUDA initialization:UserWarning"),
]


def test_core_equals_torch_in_inference_mode_and_names_no_source(capfd: pytest.CaptureFixture[str]) -> None:
    module = tiny_exports.build_torch_module().train()

    core = export_torch_core(module, input_shape=(3, 16, 16))

    assert capfd.readouterr() == ("", "")
    assert module.training
    assert b".py" not in core.SerializeToString()
    module.eval()
    session = onnxruntime.InferenceSession(core.SerializeToString(), providers=["CPUExecutionProvider"])
    for batch_size in (1, 7):
        pixels_NCHW = np.random.default_rng(2).normal(size=(batch_size, 3, 16, 16)).astype(np.float32)
        (logits,) = session.run(["logits"], {"pixels": pixels_NCHW})
        expected = module(torch.from_numpy(pixels_NCHW)).detach().numpy()
        np.testing.assert_allclose(logits, expected, atol=1e-5)
