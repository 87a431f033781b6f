"""Whole torchvision models with random weights, judged after saving and loading."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
import torch
import torchvision

from trainers.export.torch_to_tf import map_module

IMAGE_SIZE_PIXELS = 64
FORBIDDEN_OPS = {"PyFunc", "EagerPyFunc", "PyFuncStateless", "XlaCallModule"}


def calibrated_model(name: str) -> torch.nn.Module:
    """Build a model whose batch norms have seen images, so that its outputs are far from 0 and from each other."""
    torch.manual_seed(0)
    model = getattr(torchvision.models, name)(weights=None, num_classes=10)
    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            torch.nn.init.normal_(module.weight, std=module.in_features**-0.5)
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None
    with torch.no_grad():
        for _ in range(4):
            model.train()(torch.randn(16, 3, IMAGE_SIZE_PIXELS, IMAGE_SIZE_PIXELS))
    return model.eval()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v3_small"])
def test_saved_torchvision_model_equals_torch(name: str, tmp_path: Path) -> None:
    model = calibrated_model(name)
    mapped = map_module(model, input_shape=(3, IMAGE_SIZE_PIXELS, IMAGE_SIZE_PIXELS))
    spec = tf.TensorSpec([None, IMAGE_SIZE_PIXELS, IMAGE_SIZE_PIXELS, 3], name="pixels")
    mapped.serve = tf.function(lambda pixels: {"output": mapped(pixels)}, input_signature=[spec])
    tf.saved_model.save(mapped, str(tmp_path), signatures={"serving_default": mapped.serve})
    loaded = tf.saved_model.load(str(tmp_path))
    served = loaded.signatures["serving_default"]

    for batch_size in (1, 7):
        images = torch.randn(batch_size, 3, IMAGE_SIZE_PIXELS, IMAGE_SIZE_PIXELS)
        with torch.no_grad():
            expected = model(images).numpy()
        result = served(pixels=tf.constant(images.permute(0, 2, 3, 1).contiguous().numpy()))["output"].numpy()
        assert np.ptp(expected) > 0.1
        assert np.abs(result - expected).max() <= 1e-4 * np.ptp(expected)

    graph = served.graph.as_graph_def()
    ops = [
        node.op for node in [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    ]
    assert FORBIDDEN_OPS.isdisjoint(ops)
    assert ops.count("Transpose") <= 1
    assert len(served.variables) == len(mapped.variables)
