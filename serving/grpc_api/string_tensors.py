"""Reads the strings of a TensorProto, in each of the ways that clients write them."""

from typing import Any

from serving.errors import InvalidRequestError
from serving.grpc_api.image_count import check_image_count
from serving.grpc_api.tensorflow_messages import DT_STRING

_LENGTH_BITS = 7
_MAX_LENGTH_BYTES = 5
_MORE = 0x80


def read_strings(tensor: Any, *, name: str, most: int) -> list[bytes]:
    """Return the elements of a tensor of strings with one dimension.

    They come as `string_val`, where the last value stands for all elements that are left, or as `tensor_content`.

    Args:
        tensor: A TensorProto.
        name: Name of the input, for messages.
        most: Largest number of elements; more are refused before they take memory.

    Raises:
        InvalidRequestError: Another dtype or shape, or values that do not fit it.
        TooLargeError: More elements.
    """
    if tensor.dtype != DT_STRING:
        raise InvalidRequestError(f"The input {name} must be DT_STRING ({DT_STRING}), but its dtype is {tensor.dtype}")
    shape = tensor.tensor_shape
    if shape.unknown_rank or len(shape.dim) != 1 or shape.dim[0].size < 0:
        sizes = [dim.size for dim in shape.dim]
        raise InvalidRequestError(f"The input {name} must have one dimension, the number of images; it has {sizes}")
    elements: int = shape.dim[0].size
    check_image_count(elements, most=most)
    if tensor.tensor_content:
        return _split(tensor.tensor_content, elements, name)
    found = len(tensor.string_val)
    if found > elements or (elements and not found):
        raise InvalidRequestError(f"The input {name} has {elements} elements, but {found} values")
    values = list(tensor.string_val)
    return values + values[-1:] * (elements - len(values))


def _split(content: bytes, elements: int, name: str) -> list[bytes]:
    """Split TensorFlow's packed strings: all lengths as varints, then all bytes."""
    lengths, position = [], 0
    for _ in range(elements):
        length, position = _read_length(content, position, name)
        lengths.append(length)
    if position + sum(lengths) != len(content):
        raise _bad_content(name)
    strings = []
    for length in lengths:
        strings.append(content[position : position + length])
        position += length
    return strings


def _read_length(content: bytes, start: int, name: str) -> tuple[int, int]:
    """Return a length, and where the next one begins."""
    length = 0
    for index, byte in enumerate(content[start : start + _MAX_LENGTH_BYTES]):
        length |= (byte & ~_MORE) << (_LENGTH_BITS * index)
        if not byte & _MORE:
            return length, start + index + 1
    raise _bad_content(name)


def _bad_content(name: str) -> InvalidRequestError:
    return InvalidRequestError(f"The lengths in tensor_content of the input {name} do not add up to its size")
