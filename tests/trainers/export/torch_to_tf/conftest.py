"""How a mapped model is held against torch: at other batch sizes than the export's, in both memory layouts."""

import warnings
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
import tensorflow as tf
import torch

from trainers.export.torch_to_tf import MappedModule, UnsupportedModelError, map_module

Function = Callable[[torch.Tensor], torch.Tensor]
Shape = tuple[int, int, int]

IMAGE_SHAPE = (4, 6, 8)
BATCH_SIZES_EXAMPLES = (1, 5)
"""torch.export sees a batch of 2: a size that was baked in shows at others."""
FREE_SHAPES = [(1, 9, 14), (3, 12, 10), (3, 17, 11)]
"""N, H, W of images whose height and width are left free."""
TOLERANCE = 1e-5
"""Largest difference, relative to torch's output."""


class OneFunction(torch.nn.Module):
    """A model that is one function of the images."""

    def __init__(self, function: Function) -> None:
        super().__init__()
        self.function = function

    def forward(self, images_NCHW: torch.Tensor) -> torch.Tensor:
        return self.function(images_NCHW)


class ManyFunctions(torch.nn.Module):
    """All functions, each on the images as they come (channels-last in the graph) and in plain NCHW, side by side."""

    def __init__(self, functions: Sequence[Function]) -> None:
        super().__init__()
        self.functions = functions
        self.parts = torch.nn.ModuleList(f for f in functions if isinstance(f, torch.nn.Module))

    def forward(self, images_NCHW: torch.Tensor) -> torch.Tensor:
        return torch.cat([part.to(images_NCHW.dtype) for part in self.results(images_NCHW)], 1)

    def results(self, images_NCHW: torch.Tensor) -> list[torch.Tensor]:
        plain_NCHW = images_NCHW.flatten(1).reshape(images_NCHW.shape)
        return [function(images).flatten(1) for function in self.functions for images in (images_NCHW, plain_NCHW)]


def random_images(batch_size: int, shape: Shape, *, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Images [N, C, H, W] in about -6..6, with some whole numbers, which are the edges of many activations."""
    images = torch.randn(batch_size, *shape, generator=torch.Generator().manual_seed(batch_size), dtype=dtype) * 2
    images[:, 0, 0] = images[:, 0, 0].round()
    return images


def with_free_batch_size(
    mapped: MappedModule, shape: tuple[int, int | None, int | None]
) -> Callable[[tf.Tensor], tf.Tensor]:
    """The graph that is served: it knows no batch size while it is traced, and TensorFlow optimises it."""
    return tf.function(mapped, input_signature=[tf.TensorSpec([None, shape[1], shape[2], shape[0]])])


def run_mapped(mapped: Callable[[tf.Tensor], tf.Tensor], images_NCHW: torch.Tensor) -> np.ndarray:
    return mapped(tf.constant(images_NCHW.permute(0, 2, 3, 1).contiguous().numpy())).numpy()


def difference(result: np.ndarray, expected: torch.Tensor) -> float:
    """Largest absolute difference over the range of what torch gives, or over its size where it hardly varies.

    Where torch gives NaN or infinity, anything else is an infinite difference.
    """
    wanted = expected.detach().numpy().astype(np.float64)
    assert result.shape == wanted.shape
    if not wanted.size:
        return 0.0
    finite = np.isfinite(wanted)
    if not np.array_equal(result[~finite], wanted[~finite], equal_nan=True):
        return float("inf")
    result, wanted = np.where(finite, result, 0), np.where(finite, wanted, 0)
    return float(np.abs(result - wanted).max() / max(np.ptp(wanted), np.abs(wanted).max(), 1e-6))


def unequal_functions(
    functions: Mapping[str, Function],
    module: ManyFunctions,
    mapped: Callable[[tf.Tensor], tf.Tensor],
    images: torch.Tensor,
) -> dict[str, float]:
    """The differences of those functions, by name and layout, that are above the tolerance."""
    labels = [f"{name}, {layout}" for name in functions for layout in ("channels last", "plain")]
    expected = module.results(images)
    ends = np.cumsum([part.shape[1] for part in expected])[:-1]
    parts = np.split(run_mapped(mapped, images), ends, axis=1)
    found = {label: difference(*pair) for label, pair in zip(labels, zip(parts, expected, strict=True), strict=True)}
    return {label: value for label, value in found.items() if not value <= TOLERANCE}


@pytest.fixture(scope="session", autouse=True)
def _cuda_was_looked_for() -> None:
    # torch.export asks for CUDA, and the first time torch warns where a CUDA build finds no driver.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.cuda.is_available()


@pytest.fixture
def check_module() -> Callable[..., MappedModule]:
    """Map a module, compare it with torch at two batch sizes inside a tf.function, and return it."""

    def check(module: torch.nn.Module, shape: Shape = IMAGE_SHAPE) -> MappedModule:
        module = module.eval()
        mapped = map_module(module, input_shape=shape)
        traced = with_free_batch_size(mapped, shape)
        for batch_size in BATCH_SIZES_EXAMPLES:
            images = random_images(batch_size, shape)
            assert difference(run_mapped(traced, images), module(images)) <= TOLERANCE
        return mapped

    return check


@pytest.fixture
def check_functions() -> Callable[..., None]:
    """Map named functions of the images at once, each in both layouts, and compare each with torch."""

    def check(functions: Mapping[str, Function], shape: Shape = IMAGE_SHAPE) -> None:
        module = ManyFunctions(list(functions.values())).eval()
        mapped = with_free_batch_size(map_module(module, input_shape=shape), shape)
        for batch_size in BATCH_SIZES_EXAMPLES:
            assert unequal_functions(functions, module, mapped, random_images(batch_size, shape)) == {}

    return check


@pytest.fixture
def check_functions_at_free_size() -> Callable[..., None]:
    """Map named functions of images of free height and width; see `check_functions`."""

    def check(functions: Mapping[str, Function]) -> None:
        module = ManyFunctions(list(functions.values())).eval()
        free_shape = (IMAGE_SHAPE[0], None, None)
        traced = with_free_batch_size(map_module(module, input_shape=free_shape), free_shape)
        for batch_size, height, width in FREE_SHAPES:
            images = random_images(batch_size, (IMAGE_SHAPE[0], height, width))
            assert unequal_functions(functions, module, traced, images) == {}

    return check


@pytest.fixture
def refusal() -> Callable[..., str]:
    """Return the message with which a function of the images, or a module, is refused."""

    def refuse(function: Function | torch.nn.Module, shape: Shape = IMAGE_SHAPE) -> str:
        module = function if isinstance(function, torch.nn.Module) else OneFunction(function)
        with pytest.raises(UnsupportedModelError) as caught:
            map_module(module, input_shape=shape)
        return str(caught.value)

    return refuse
