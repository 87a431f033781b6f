"""Writes the answer: outputs as JSON numbers, or as raw bytes behind the JSON."""

from typing import Any

import orjson

from serving.errors import InvalidRequestError
from serving.prediction import Prediction
from serving.v2_rest.outputs import OUTPUTS, output_values
from serving.v2_rest.raw_strings import join_strings
from serving.v2_rest.request_body import parameters_of
from serving.web.messages import Response, to_json


def choose_outputs(header: dict[str, Any]) -> dict[str, bool]:
    """Return the outputs that are wanted, and for each whether as raw bytes.

    Raises:
        InvalidRequestError: There is no such output.
    """
    all_binary = parameters_of(header).get("binary_data_output", False) is True
    asked = header.get("outputs") or [{"name": name} for name in OUTPUTS]
    if not isinstance(asked, list) or not all(
        isinstance(each, dict) and str(each.get("name")) in OUTPUTS for each in asked
    ):
        raise InvalidRequestError(f"outputs must be a list of objects whose names are of {', '.join(OUTPUTS)}")
    return {each["name"]: parameters_of(each).get("binary_data", all_binary) is True for each in asked}


def to_response(prediction: Prediction, wanted: dict[str, bool], *, request_id: str | None) -> Response:
    """Return the wanted outputs in their order."""
    head: dict[str, Any] = {
        "model_name": prediction.version.model,
        "model_version": str(prediction.version.number),
        "outputs": [],
    }
    if request_id is not None:
        head["id"] = request_id
    raw: list[bytes] = []
    for name, is_binary in wanted.items():
        values = output_values(prediction, name)
        tensor: dict[str, Any] = {"name": name, "shape": list(values.shape), "datatype": OUTPUTS[name]}
        if is_binary:
            raw.append(_to_bytes(values))
            tensor["parameters"] = {"binary_data_size": len(raw[-1])}
        else:
            tensor["data"] = values.ravel() if name != "label" else values.tolist()
        head["outputs"].append(tensor)
    if not raw:
        return to_json(head)
    text = orjson.dumps(head, option=orjson.OPT_SERIALIZE_NUMPY)
    length = (b"inference-header-content-length", str(len(text)).encode())
    return Response(body=text + b"".join(raw), content_type="application/octet-stream", headers=(length,))


def _to_bytes(values: Any) -> bytes:
    if values.dtype == object:
        return join_strings(text.encode() for text in values)
    return bytes(values.astype("<f4").tobytes())
