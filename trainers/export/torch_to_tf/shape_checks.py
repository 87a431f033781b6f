"""Checks of extents that rules share; see `checks`. Extents are numbers, or depend on the shape of the images."""

from trainers.export.torch_to_tf.call import Call
from trainers.export.torch_to_tf.expressions import is_computable
from trainers.export.torch_to_tf.free_sizes import NEEDS_FIXED_SIZE
from trainers.export.torch_to_tf.symbolic import depends_on_values, expression_of, static_shape


def has_computable_extents(call: Call) -> str | None:
    """Accept results whose extents `Context.shape` can compute."""
    extents = [extent for tensor in call.used_results for extent in tensor.shape]
    unknown = [
        str(extent) for extent in extents if depends_on_values(extent) or not is_computable(expression_of(extent))
    ]
    if not unknown:
        return None
    return NEEDS_FIXED_SIZE if call.has_free_size else f"the extents {unknown} of its result cannot be computed"


def has_reshapable_extents(call: Call) -> str | None:
    """Accept calls whose result `Context.reshape` can make: one extent may depend on the batch size."""
    shape = call.result.shape
    with_batch = sum(call.depends_on_batch(extent) for extent in shape)
    if with_batch > 1:
        return f"{with_batch} extents of its result depend on the batch size; keep that in one axis"
    return has_computable_extents(call) if static_shape(shape).count(None) > 1 else None


def has_size_per_image(call: Call) -> str | None:
    """Accept images whose height and width do not depend on the batch size."""
    depends = any(call.depends_on_batch(extent) for extent in call.shape("input")[-2:])
    return "height or width depends on the batch size; keep the batch in the first axis" if depends else None


def has_static_image_size(call: Call) -> str | None:
    """Accept images whose height and width are numbers."""
    free = any(call.depends_on_size(extent) for extent in call.shape("input")[-2:])
    return has_size_per_image(call) or (NEEDS_FIXED_SIZE if free else None)


def has_known_channels(call: Call) -> str | None:
    """Accept values [N, C, ...] whose number of channels is fixed."""
    channels = call.shape("input")[1]
    if call.depends_on_batch(channels):
        return "the number of channels depends on the batch size; keep the batch in the first axis"
    return NEEDS_FIXED_SIZE if call.depends_on_size(channels) else None
