"""What the client returns, read from the server's JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Classification:
    """The answer for one image.

    Attributes:
        label: The most probable class.
        score: Its probability, 0 to 1.
        probabilities: Every class with its probability, the most probable first.
        model: Name of the model that answered.
        model_version: Its version.
    """

    label: str
    score: float
    probabilities: Mapping[str, float]
    model: str
    model_version: int


@dataclass(frozen=True, kw_only=True)
class VersionStatus:
    """Where a version is in its life.

    Attributes:
        version: Its number.
        state: START, LOADING, AVAILABLE, UNLOADING or END.
        error: Why the server refused it; empty when all is well.
    """

    version: int
    state: str
    error: str


@dataclass(frozen=True, kw_only=True)
class VersionMetadata:
    """What the server tells about a version that it serves.

    Attributes:
        version: Its number.
        framework: keras or pytorch.
        class_names: In the order of the model's outputs.
        image_size_pixels: Side of the square that the model sees; callers may send any size.
        parameters: Number of weights.
        created_at: When it was exported.
        facts: The server's whole JSON object, with parity, times and lineage.
    """

    version: int
    framework: str
    class_names: tuple[str, ...]
    image_size_pixels: int
    parameters: int
    created_at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ModelMetadata:
    """A model with the versions that answer now.

    Attributes:
        name: The model.
        labels: Label to version, `champion` among them.
        versions: Newest first.
    """

    name: str
    labels: Mapping[str, int]
    versions: tuple[VersionMetadata, ...]


def read_classifications(answer: Any) -> list[Classification]:
    """Read the answer to one image or to a form of several.

    Raises:
        LookupError: It is of another form.
    """
    described = answer["predictions"] if "predictions" in answer else [answer]
    return [
        Classification(
            label=each["label"],
            score=each["score"],
            probabilities={pair["label"]: pair["score"] for pair in each["classes"]},
            model=answer["model"],
            model_version=int(answer["version"]),
        )
        for each in described
    ]


def read_statuses(answer: Any) -> list[VersionStatus]:
    """Read TensorFlow Serving's model status."""
    return [
        VersionStatus(version=int(each["version"]), state=each["state"], error=each["status"]["error_message"])
        for each in answer["model_version_status"]
    ]


def read_models(answer: Any) -> dict[str, ModelMetadata]:
    """Read the list of models, by name."""
    return {
        model["name"]: ModelMetadata(
            name=model["name"],
            labels={label: int(version) for label, version in model["labels"].items()},
            versions=tuple(_read_version(version) for version in model["versions"]),
        )
        for model in answer["models"]
    }


def _read_version(facts: Mapping[str, Any]) -> VersionMetadata:
    return VersionMetadata(
        version=int(facts["version"]),
        framework=facts["framework"],
        class_names=tuple(facts["class_names"]),
        image_size_pixels=facts["image_size_pixels"],
        parameters=facts["parameters"],
        created_at=datetime.fromisoformat(facts["created_at"]),
        facts=facts,
    )
