"""HTTP requests and their answers as plain values, so that both clients share all but the sending."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from serving.client.errors import ServerFailedError

_ALL_CLASSES = 999_999
"""The server's largest number of classes to name."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One HTTP request.

    Attributes:
        method: GET or POST.
        path: Percent-encoded, with the query.
        images: Encoded images: one is sent as it is, several as a form.
        retries: Whether a busy server is asked again.
    """

    method: str
    path: str
    images: Sequence[bytes] = ()
    retries: bool = True

    def options(self) -> dict[str, Any]:
        """Return httpx's options for the body."""
        if len(self.images) == 1:
            return {"content": self.images[0], "headers": {"content-type": "application/octet-stream"}}
        return {"files": [("image", (str(i), image)) for i, image in enumerate(self.images)]} if self.images else {}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came back.

    Attributes:
        status: HTTP status.
        retry_after: The header, or an empty text.
        body: All of it.
    """

    status: int
    retry_after: str
    body: bytes

    def json(self) -> Any:
        """Return the body's JSON.

        Raises:
            ServerFailedError: It is none.
        """
        try:
            return json.loads(self.body)
        except ValueError:
            raise not_understood() from None


def not_understood() -> ServerFailedError:
    """Return the error for an answer that no model server of this project gives."""
    return ServerFailedError("The answer is not that of a Tandem model server; check the address and its port")


def classify_call(images: Sequence[bytes], *, model: str, version: int | None, label: str | None) -> Call:
    """Return the call that classifies images.

    Raises:
        ValueError: Both version and label are given.
    """
    if version is not None and label is not None:
        raise ValueError(f"version {version} and label {label!r} are both given; a request goes to one version")
    path = f"/predict/{quote(model, safe='')}"
    if version is not None:
        path += f"/versions/{version}"
    if label is not None:
        path += f"/labels/{quote(label, safe='')}"
    return Call(method="POST", path=f"{path}?top={_ALL_CLASSES}", images=images)


def status_call(model: str) -> Call:
    """Return the call for the states of a model's versions."""
    return Call(method="GET", path=f"/v1/models/{quote(model, safe='')}")


def models_call() -> Call:
    """Return the call for the facts of all models."""
    return Call(method="GET", path="/models.json")


def ready_call(model: str | None) -> Call:
    """Return the call that tells whether requests will be answered; whoever asks that wants to know at once."""
    path = "/health/ready" if model is None else f"/health/ready/{quote(model, safe='')}"
    return Call(method="GET", path=path, retries=False)
