"""Reads and writes ModelSpec: which model, version or label, and signature."""

from typing import Any

from serving.errors import InvalidRequestError
from serving.grpc_api.status_codes import UnknownSignatureError
from serving.prediction import ModelName
from serving.tf_rest.predict_form import SIGNATURE
from serving.versions.registry import LoadedVersion


def read_model(message: Any) -> ModelName:
    """Return which model a request means.

    Raises:
        InvalidRequestError: It names none.
    """
    if not message.HasField("model_spec"):
        raise InvalidRequestError("Missing ModelSpec")
    spec = message.model_spec
    if not spec.name:
        raise InvalidRequestError("ModelSpec has no name specified.")
    choice = spec.WhichOneof("version_choice")
    return ModelName(
        name=spec.name,
        version=spec.version.value if choice == "version" else None,
        label=spec.version_label if choice == "version_label" else None,
    )


def check_signature(message: Any) -> None:
    """Refuse every signature but the default one.

    Raises:
        UnknownSignatureError: It is another one.
    """
    name = message.model_spec.signature_name
    if name not in ("", SIGNATURE):
        raise UnknownSignatureError(f'Serving signature key "{name[:80]}" not found.')


def write_model(spec: Any, version: LoadedVersion, *, signature: str = "") -> None:
    """Fill in the version that answered."""
    spec.name, spec.signature_name = version.model, signature
    spec.version.value = version.number
