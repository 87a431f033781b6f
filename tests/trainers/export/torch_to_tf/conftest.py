"""How a mapped model is held against torch: at other batch sizes than the export's, in both memory layouts."""

import gc
import warnings
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
import tensorflow as tf
import torch

from trainers.export.torch_to_tf import MappedModule, UnsupportedModelError, map_module
from trainers.export.torch_to_tf.dataflow import analyse
from trainers.export.torch_to_tf.decomposition import decompose_refused
from trainers.export.torch_to_tf.free_sizes import ImageShape
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.plan import emit, make_plan
from trainers.export.torch_to_tf.program_export import export_program
from trainers.export.torch_to_tf.rules import RULES
from trainers.export.torch_to_tf.support import place_of, refused_nodes

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
    """All functions of the images, side by side."""

    def __init__(self, functions: Sequence[Function]) -> None:
        super().__init__()
        self.functions = functions
        self.parts = torch.nn.ModuleList(f for f in functions if isinstance(f, torch.nn.Module))

    def forward(self, images_NCHW: torch.Tensor) -> torch.Tensor:
        return torch.cat([part.to(images_NCHW.dtype) for part in self.results(images_NCHW)], 1)

    def results(self, images_NCHW: torch.Tensor) -> list[torch.Tensor]:
        return [function(images_NCHW).flatten(1) for function in self.functions]


class SumOfFunctions(torch.nn.Module):
    """Functions of any result, each in a module of its own, by which its operations are told from those of others."""

    def __init__(self, functions: Sequence[Function]) -> None:
        super().__init__()
        self.parts = torch.nn.ModuleList(OneFunction(function) for function in functions)

    def forward(self, images_NCHW: torch.Tensor) -> torch.Tensor:
        for part in self.parts:
            images_NCHW = images_NCHW + part(images_NCHW).float().sum()
        return images_NCHW


class ReadsPlainImages(MappedModule):
    """A mapped model whose images lie in the graph as torch has them, as they do behind a reshape."""

    @tf.autograph.experimental.do_not_convert
    def __call__(self, pixels_NHWC: tf.Tensor) -> tf.Tensor:
        return emit(self._plan, Value(tf.transpose(pixels_NHWC, [0, 3, 1, 2])), self._store)


def in_both_layouts(module: torch.nn.Module, shape: ImageShape) -> Mapping[str, Callable[[tf.Tensor], tf.Tensor]]:
    """Export a module once, which takes most of the time, and emit it for images in either layout."""
    program = export_program(module, input_shape=shape)
    plan = make_plan(decompose_refused(program, RULES), RULES)
    kinds = {"channels last": MappedModule, "plain": ReadsPlainImages}
    return {layout: with_free_batch_size(kind(plan), shape) for layout, kind in kinds.items()}


def random_images(batch_size: int, shape: Shape, *, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Images [N, C, H, W] in about -6..6, with some whole numbers, which are the edges of many activations."""
    images = torch.randn(batch_size, *shape, generator=torch.Generator().manual_seed(batch_size), dtype=dtype) * 2
    images[:, 0, 0] = images[:, 0, 0].round()
    return images


def with_free_batch_size(mapped: MappedModule, shape: ImageShape) -> Callable[[tf.Tensor], tf.Tensor]:
    """The graph that is served: it knows no batch size while it is traced, and TensorFlow optimises it."""
    images = tf.TensorSpec([None, shape[1], shape[2], shape[0]])
    # There is nothing for AutoGraph to convert, and it would read all of the mapper's source to find that out.
    return tf.function(mapped, input_signature=[images], autograph=False)


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


def check_equal(functions: Mapping[str, Function], shape: ImageShape, batches: Sequence[torch.Tensor]) -> None:
    """Fail with the functions, by name and layout, that differ by more than the tolerance at any of the batches."""
    module = ManyFunctions(list(functions.values())).eval()
    for layout, mapped in in_both_layouts(module, shape).items():
        for images in batches:
            expected = module.results(images)
            ends = np.cumsum([part.shape[1] for part in expected])[:-1]
            parts = np.split(run_mapped(mapped, images), ends, axis=1)
            found = {name: difference(*pair) for name, *pair in zip(functions, parts, expected, strict=True)}
            unequal = {name: value for name, value in found.items() if not value <= TOLERANCE}
            assert unequal == {}, f"{layout}, batch of {len(images)}"


@pytest.fixture(scope="session", autouse=True)
def _no_garbage_search_in_frameworks() -> None:
    # torch.export makes so many objects that the collector walks through all of TensorFlow and torch again and again,
    # which takes a fifth of an export's time.
    gc.collect()
    gc.freeze()


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
        check_equal(functions, shape, [random_images(size, shape) for size in BATCH_SIZES_EXAMPLES])

    return check


@pytest.fixture
def check_functions_at_free_size() -> Callable[..., None]:
    """Map named functions of images of free height and width; see `check_functions`."""

    def check(functions: Mapping[str, Function]) -> None:
        channels = IMAGE_SHAPE[0]
        batches = [random_images(count, (channels, height, width)) for count, height, width in FREE_SHAPES]
        check_equal(functions, (channels, None, None), batches)

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


@pytest.fixture
def check_refused() -> Callable[[Sequence[tuple[Function, str]]], None]:
    """Export functions that are to be refused as one model, and read the reason for each of them."""

    def check(cases: Sequence[tuple[Function, str]]) -> None:
        module = SumOfFunctions([function for function, _ in cases]).eval()
        program = decompose_refused(export_program(module, input_shape=IMAGE_SHAPE), RULES)
        with pytest.raises(UnsupportedModelError):
            make_plan(program, RULES)
        told: dict[str, list[str]] = {}
        for node, reason in refused_nodes(analyse(program), RULES):
            told.setdefault(place_of(node)[0], []).append(f"{node.target}: {reason}")
        for number, (_, reason) in enumerate(cases):
            assert reason in "; ".join(told.get(f"parts.{number}", [])), f"function {number} of {told}"

    return check


@pytest.fixture
def torch_exports() -> Callable[[Function, Shape], bool]:
    """Tell whether torch.export itself takes a function of the images for any batch size."""

    def exports(function: Function, shape: Shape) -> bool:
        batch = torch.export.Dim("batch", min=1)
        module = OneFunction(function).eval()
        try:
            with torch.no_grad():
                torch.export.export(module, (torch.zeros(2, *shape),), dynamic_shapes=({0: batch},))
        except Exception:  # it has no error of its own
            return False
        return True

    return exports
