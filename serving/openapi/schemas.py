"""Bodies of requests and answers, as JSON Schema 2020-12."""

from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from serving.evaluation import Evaluation
from serving.manifest import ParityFigures, PredictMilliseconds
from serving.openapi.operation import Json, ref
from serving.page.model_cards import EVALUATION_SHOWN_WITHOUT
from serving.tf_rest.answers import DTYPES
from serving.tf_rest.predict_form import INPUT, SIGNATURE
from serving.v2_rest.images import DATATYPES
from serving.v2_rest.outputs import OUTPUTS
from serving.versions.states import State

_TEXT, _NUMBER, _PROBABILITY = {"type": "string"}, {"type": "number"}, {"type": "number", "minimum": 0, "maximum": 1}
_VERSION = {"type": "string", "pattern": "^[0-9]+$"}
_SIZES = {"type": "array", "items": {"type": "integer", "minimum": 0}}
_SIGNATURE_NAME = {"enum": ["", SIGNATURE]}


def make_schemas(*, max_request_images: int) -> Json:
    """Return all schemas by name."""
    return {
        "Error": _closed(error=_TEXT),
        "Health": _closed(status=_TEXT),
        **_uploads(),
        **_tensorflow_requests(max_request_images),
        **_tensorflow_answers(),
        **_inference_request(max_request_images),
        **_inference_answers(),
        **_cards(),
    }


def _uploads() -> Json:
    head = {"model": _TEXT, "version": _VERSION}
    best = {"label": _TEXT, "score": _PROBABILITY, "classes": _list(_closed(label=_TEXT, score=_PROBABILITY), least=1)}
    return {
        "Upload": {
            "description": "One image's classes; or, for a form, those of each file",
            "oneOf": [
                _closed(**head, **best),
                _closed(**head, predictions=_list(_closed(file=_TEXT, **best), least=1)),
            ],
        }
    }


def _tensorflow_requests(most: int) -> Json:
    image = ref("EncodedImage")
    named = {"type": "object", "required": [INPUT], "additionalProperties": False, "properties": {INPUT: image}}
    feature = {"oneOf": [image, {**_list(image, least=1), "maxItems": 1}]}
    features = {
        "type": "object",
        "description": f"{INPUT}, or else image; what neither has may be in the context",
        "if": {"required": [INPUT]},
        "then": {"properties": {INPUT: feature}},
        "else": {"properties": {"image": feature}},
    }
    rows = {"oneOf": [{**_list(image, least=1), "maxItems": most}, {**_list(named, least=1), "maxItems": most}]}
    images = {**_list(image, least=1), "maxItems": most}
    columns = {"oneOf": [images, {"type": "object", "required": [INPUT], "properties": {INPUT: images}}]}
    name = {"signature_name": _SIGNATURE_NAME}
    return {
        "EncodedImage": {
            "description": "A JPEG or PNG file in base64",
            **_closed(b64={"type": "string", "format": "byte", "contentEncoding": "base64"}),
        },
        "Predict": {
            "oneOf": [
                _open(required=["instances"], instances=rows, **name) | {"not": {"required": ["inputs"]}},
                _open(required=["inputs"], inputs=columns, **name) | {"not": {"required": ["instances"]}},
            ]
        },
        "Classify": _open(
            required=["examples"],
            examples={**_list(features, least=1), "maxItems": most},
            context={"type": "object", "description": "Features of all examples; an example's own go first"},
            **name,
        ),
    }


def _tensorflow_answers() -> Json:
    probabilities, labels, scores = _list(_PROBABILITY), _list(_TEXT), _list(_PROBABILITY)
    row = _closed(probabilities=probabilities, label=_TEXT, score=_PROBABILITY)
    columns = _closed(probabilities=_list(probabilities), label=labels, score=scores)
    # Two schemas by position would say more, but tools differ in how they read those.
    pair = {
        "description": "A class and its probability",
        **_list({"type": ["string", "number"]}, least=2),
        "maxItems": 2,
    }
    state = _closed(
        version=_VERSION,
        state={"enum": [state.value for state in State]},
        status=_closed(error_code={"enum": ["OK", "FAILED_PRECONDITION"]}, error_message=_TEXT),
    )
    size = _closed(size={"type": "string", "pattern": "^-?[0-9]+$"}, name=_TEXT)
    tensor = _closed(
        dtype={"enum": list(DTYPES.values())},
        tensor_shape=_closed(dim=_list(size), unknown_rank={"type": "boolean"}),
        name=_TEXT,
    )
    signature = _closed(inputs=_map(tensor), outputs=_map(tensor), method_name=_TEXT, defaults={"type": "object"})
    return {
        "Predictions": {"oneOf": [_closed(predictions=_list(row)), _closed(outputs=columns)]},
        "Classifications": _closed(results=_list(_list(pair))),
        "Status": _closed(model_version_status=_list(state, least=1)),
        "Metadata": _closed(
            model_spec=_closed(name=_TEXT, signature_name=_TEXT, version=_VERSION),
            metadata=_closed(signature_def=_closed(signature_def=_map(signature))),
        ),
    }


def _inference_request(most: int) -> Json:
    datatypes = {name: datatype for name, (datatype, _) in DATATYPES.items()}
    encoded = _open(
        required=["name", "shape", "datatype", "data"],
        name={"const": "image_bytes"},
        shape={**_SIZES, "minItems": 1, "maxItems": 1},
        datatype={"const": datatypes["image_bytes"]},
        data={**_list({"type": "string", "format": "byte", "contentEncoding": "base64"}, least=1), "maxItems": most},
    )
    pixels = _open(
        required=["name", "shape", "datatype", "data"],
        name={"const": "image"},
        shape={"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 4, "maxItems": 4},
        datatype={"const": datatypes["image"]},
        data={"type": "array", "description": "Levels 0 to 255, row-major, flat or nested", "minItems": 1},
    )
    wanted = _open(
        required=["name"],
        name={"enum": list(OUTPUTS)},
        parameters=_open(required=[], binary_data={"type": "boolean"}),
    )
    return {
        "Infer": _open(
            required=["inputs"],
            id=_TEXT,
            inputs={"type": "array", "items": {"oneOf": [encoded, pixels]}, "minItems": 1, "maxItems": 1},
            outputs=_list(wanted),
            parameters=_open(required=[], binary_data_output={"type": "boolean"}),
        ),
    }


def _inference_answers() -> Json:
    spec = _closed(name=_TEXT, datatype=_TEXT, shape={"type": "array", "items": {"type": "integer"}})
    output = _open(
        required=["name", "shape", "datatype"],
        name={"enum": list(OUTPUTS)},
        shape=_SIZES,
        datatype={"enum": sorted({*OUTPUTS.values()})},
        data={"type": "array", "items": {"type": ["number", "string"]}},
        parameters=_closed(binary_data_size={"type": "integer", "minimum": 0}),
    )
    return {
        "Server": _closed(name=_TEXT, version=_TEXT, extensions=_list(_TEXT)),
        "Model": _closed(name=_TEXT, versions=_list(_VERSION), platform=_TEXT, inputs=_list(spec), outputs=_list(spec)),
        "InferAnswer": _open(
            required=["model_name", "model_version", "outputs"],
            model_name=_TEXT,
            model_version=_VERSION,
            id=_TEXT,
            outputs=_list(output, least=1),
        ),
    }


def _cards() -> Json:
    version = _closed(
        version=_VERSION,
        backend=_TEXT,
        framework=_TEXT,
        architecture=_TEXT,
        class_names=_list(_TEXT, least=2),
        image_size_pixels={"type": "integer"},
        parameters={"type": "integer"},
        parity=ref("ParityFigures"),
        predict_ms_per_image=ref("PredictMilliseconds"),
        train_seconds=_NUMBER,
        packages=_map(_TEXT),
        lineage=_map(_TEXT),
        created_at={"type": "string", "format": "date-time"},
        evaluation={"oneOf": [ref("Evaluation"), {"type": "null"}]},
    )
    model = _closed(name=_TEXT, labels=_map(_VERSION), versions=_list(version, least=1))
    return {"ModelCards": _closed(models=_list(model)), **_records()}


def _records() -> Json:
    """Return what is part of a card and a record of its own, as pydantic describes it."""
    kinds: list[tuple[type[BaseModel], Literal["serialization"]]] = [
        (kind, "serialization") for kind in (ParityFigures, PredictMilliseconds, Evaluation)
    ]
    _, described = models_json_schema(kinds, ref_template="#/components/schemas/{model}")
    schemas: Json = described["$defs"]
    shown = schemas["Evaluation"]["properties"]
    for name in EVALUATION_SHOWN_WITHOUT:
        del shown[name]
    schemas["Evaluation"]["required"] = list(shown)
    return schemas


def _closed(**properties: Any) -> Json:
    """Return an object with these properties, all of them and no others."""
    return {**_open(required=list(properties), **properties), "additionalProperties": False}


def _open(*, required: list[str], **properties: Any) -> Json:
    return {"type": "object", "required": required, "properties": properties}


def _list(items: Json, *, least: int = 0) -> Json:
    return {"type": "array", "items": items, "minItems": least}


def _map(values: Json) -> Json:
    return {"type": "object", "additionalProperties": values}
