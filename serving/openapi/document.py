"""Puts the description together."""

from dataclasses import dataclass
from typing import Any

from serving.identity import INTERFACE_VERSION, NAME
from serving.openapi.inference import describe_inference
from serving.openapi.operation import COMPONENTS
from serving.openapi.operator import describe_operator_paths
from serving.openapi.schemas import make_schemas
from serving.openapi.tensorflow import describe_tensorflow
from serving.openapi.uploads import describe_uploads

_DESCRIPTION = """\
Image classification by every model in the server's folder, through the REST interface of TensorFlow Serving (`/v1`),
the Open Inference Protocol (`/v2`) and plain uploads (`/predict`).

A body has at most {max_body_bytes} bytes and a request at most {max_request_images} images, JPEG or PNG of 8 bits a
channel. A model's default version is its newest; a label that is not known is a bad request (400), as in TensorFlow
Serving. Paths below `/v1` match without regard to case, and what is no path there is 400; elsewhere other paths are 404
and other methods 405. Every error has the same body.
"""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the description says of sizes.

    Attributes:
        max_body_bytes: Size of the largest body.
        max_request_images: Images in one request.
    """

    max_body_bytes: int
    max_request_images: int


def describe_interface(limits: Limits) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document, as JSON's values."""
    description = _DESCRIPTION.format(
        max_body_bytes=limits.max_body_bytes, max_request_images=limits.max_request_images
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{NAME.capitalize()} model server",
            "version": INTERFACE_VERSION,
            "description": description,
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        # A token only where the server was started with some.
        "security": [{}, {"token": []}],
        "tags": [
            {"name": "uploads", "description": "Image files as they are"},
            {"name": "tensorflow", "description": "TensorFlow Serving's REST interface"},
            {"name": "inference", "description": "Open Inference Protocol, version 2"},
            {"name": "operator", "description": "Health, figures, the web page and this description"},
        ],
        "paths": {
            **describe_uploads(),
            **describe_tensorflow(),
            **describe_inference(),
            **describe_operator_paths(),
        },
        "components": {**COMPONENTS, "schemas": make_schemas(max_request_images=limits.max_request_images)},
    }
