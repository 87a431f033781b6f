"""Reads the images out of requests of TensorFlow Serving's PredictionService."""

from typing import Any

from serving.errors import InvalidRequestError
from serving.grpc_api.image_count import check_image_count
from serving.grpc_api.string_tensors import read_strings
from serving.manifest import Signature
from serving.tf_rest.predict_form import INPUT

_FEATURES = (INPUT, "image")
"""The signature's name of the image, and the training examples'."""


def read_predict(request: Any, signature: Signature, *, most: int) -> tuple[list[bytes], list[str]]:
    """Return the images of a PredictRequest, and the names of the outputs that it wants.

    Args:
        request: The message.
        signature: The model's.
        most: Largest number of images.

    Raises:
        InvalidRequestError: Other inputs or outputs than the signature's, or a tensor that is no list of strings.
        TooLargeError: More images.
    """
    given = sorted(request.inputs)
    if given != [INPUT]:
        raise InvalidRequestError(
            f"input size does not match signature: the inputs are {_show(given)}, but the model's is {{{INPUT}}}"
        )
    wanted = list(request.output_filter) or list(signature.outputs)
    for name in wanted:
        if name not in signature.outputs:
            raise InvalidRequestError(
                f"output tensor alias not found in signature: {name[:80]} "
                f"Outputs expected to be in the set {_show(sorted(signature.outputs))}."
            )
    if len(set(wanted)) < len(wanted):
        raise InvalidRequestError(f"duplicate output tensor alias in {_show(wanted)}")
    return read_strings(request.inputs[INPUT], name=INPUT, most=most), wanted


def read_classify(request: Any, *, most: int) -> list[bytes]:
    """Return the image of each example; a context holds for all, and an example's own feature goes first.

    Raises:
        InvalidRequestError: There are no examples, or one of them has not one image.
        TooLargeError: More images than `most`.
    """
    kind = request.input.WhichOneof("kind")
    if kind is None:
        raise InvalidRequestError("Input is empty: give an example_list or an example_list_with_context")
    batch = getattr(request.input, kind)
    check_image_count(len(batch.examples), most=most)
    context = batch.context.features.feature if kind == "example_list_with_context" else {}
    return [_find_image(example.features.feature, context) for example in batch.examples]


def _find_image(own: Any, context: Any) -> bytes:
    found = [(features, name) for features in (own, context) for name in _FEATURES if name in features]
    if not found:
        raise InvalidRequestError(f"An example needs the feature {' or '.join(_FEATURES)}: an encoded image")
    features, name = found[0]
    values = features[name].bytes_list.value
    if len(values) != 1:
        raise InvalidRequestError(f"Feature: {name} has {len(values)} values of bytes; an example is one image")
    image: bytes = values[0]
    return image


def _show(names: list[str]) -> str:
    return "{" + ",".join(name[:80] for name in names[:10]) + "}"
