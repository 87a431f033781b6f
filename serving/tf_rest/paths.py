"""Paths of TensorFlow Serving's REST interface; they match without regard to case, names keep theirs."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from serving.errors import InvalidRequestError
from serving.prediction import ModelName

_MODEL = r"/v1/models/(?P<name>[^/:]+)(?:/versions/(?P<version>[0-9]+)|/labels/(?P<label>[^/:]+))?"
_CALL = re.compile(_MODEL + ":(?P<verb>predict|classify|regress)", re.IGNORECASE)
_LOOK = re.compile(_MODEL + "(?P<metadata>/metadata)?", re.IGNORECASE)
_NAMELESS = re.compile("/v1/models/?", re.IGNORECASE)
_MAX_VERSION = 2**63 - 1
_SHOWN_DIGITS = 40


@dataclass(frozen=True)
class Target:
    """What a path means.

    Attributes:
        verb: predict, classify, regress, status or metadata.
        model: Model, and perhaps version or label.
    """

    verb: str
    model: ModelName


def parse_path(method: str, path: str) -> Target:
    """Read a path.

    Raises:
        InvalidRequestError: It has none of the forms, or not for this method; TensorFlow Serving answers 400 to that.
    """
    match = (_CALL if method == "POST" else _LOOK).fullmatch(path) if method in ("POST", "GET") else None
    if match is None:
        if method == "GET" and _NAMELESS.fullmatch(path):
            raise InvalidRequestError("Missing model name in request.")
        raise InvalidRequestError(f"Malformed request: {method} {path[:200]}")
    parts = match.groupdict()
    version = _parse_version(parts["version"]) if parts["version"] else None
    label = unquote(parts["label"]) if parts["label"] else None
    model = ModelName(name=unquote(parts["name"]), version=version, label=label)
    if method == "POST":
        return Target(parts["verb"].lower(), model)
    return Target("metadata" if parts["metadata"] else "status", model)


def _parse_version(digits: str) -> int:
    # Python converts no more than a few thousand digits.
    version = int(digits) if len(digits) <= _SHOWN_DIGITS else _MAX_VERSION + 1
    if version > _MAX_VERSION:
        raise InvalidRequestError(f"Failed to convert version: {digits[:_SHOWN_DIGITS]} to numeric.")
    return version
