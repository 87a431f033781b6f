"""Writes a ModelInferResponse: raw tensors for a raw request, typed contents for a typed one."""

from collections.abc import Sequence
from typing import Any

from serving.errors import InvalidRequestError
from serving.grpc_api.inference_messages import ModelInferResponse
from serving.prediction import Prediction
from serving.v2_rest.outputs import OUTPUTS, output_values
from serving.v2_rest.raw_strings import join_strings


def choose_outputs(request: Any) -> list[str]:
    """Return the outputs that a request names, each once; all when it names none.

    Raises:
        InvalidRequestError: There is no such output, or it is named twice.
    """
    wanted = [output.name for output in request.outputs] or list(OUTPUTS)
    unknown = [name[:80] for name in wanted if name not in OUTPUTS]
    if unknown or len(set(wanted)) < len(wanted):
        shown = [name[:80] for name in wanted[:10]]
        raise InvalidRequestError(f"The outputs are {', '.join(OUTPUTS)}, each once, but the request asks for {shown}")
    return wanted


def to_infer_response(prediction: Prediction, outputs: Sequence[str], *, is_raw: bool) -> Any:
    """Return the named outputs, in the order of the names."""
    version = prediction.version
    response = ModelInferResponse(model_name=version.model, model_version=str(version.number))
    for name in outputs:
        values = output_values(prediction, name)
        tensor = response.outputs.add(name=name, datatype=OUTPUTS[name], shape=values.shape)
        strings = [text.encode() for text in values] if OUTPUTS[name] == "BYTES" else None
        if is_raw:
            raw = values.astype("<f4").tobytes() if strings is None else join_strings(strings)
            response.raw_output_contents.append(raw)
        elif strings is None:
            tensor.contents.fp32_contents.extend(values.ravel().tolist())
        else:
            tensor.contents.bytes_contents.extend(strings)
    return response
