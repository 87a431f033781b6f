"""Bodies of requests that every model answers; the image is one red pixel."""

from serving.tf_rest.predict_form import INPUT

_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC"
_IMAGE = {"b64": _PNG}

PREDICT = {
    "rows": {"signature_name": "serving_default", "instances": [_IMAGE]},
    "named_rows": {"instances": [{INPUT: _IMAGE}]},
    "columns": {"inputs": {INPUT: [_IMAGE, _IMAGE]}},
    "single_column": {"inputs": [_IMAGE]},
}
CLASSIFY = {
    "examples": {"examples": [{INPUT: _IMAGE}]},
    "context": {"context": {"image": _IMAGE}, "examples": [{}, {"image": [_IMAGE]}]},
}
INFER = {
    "encoded": {"id": "1", "inputs": [{"name": INPUT, "shape": [1], "datatype": "BYTES", "data": [_PNG]}]},
    "pixels": {
        "inputs": [{"name": "image", "shape": [1, 1, 1, 3], "datatype": "UINT8", "data": [255, 0, 0]}],
        "outputs": [{"name": "label"}],
    },
    "raw_outputs": {
        "inputs": [
            {"name": "image", "shape": [1, 1, 2, 3], "datatype": "UINT8", "data": [[[[255, 0, 0], [255, 0, 0]]]]}
        ],
        "parameters": {"binary_data_output": True},
    },
}
