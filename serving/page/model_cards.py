"""`/models.json`: what every loaded version is, from its manifest and evaluation; for the page and for clients."""

from typing import Any

from serving.errors import NotFoundError
from serving.versions.registry import LoadedVersion, Registry
from serving.web.messages import Request, Response, to_json
from serving.web.methods import check_method

EVALUATION_SHOWN_WITHOUT = {"format_version", "bundle_checksum"}


class ModelCardsWire:
    """Models by name, each with its labels and its versions, the newest first."""

    name = "models"

    def __init__(self, registry: Registry) -> None:
        """Take the registry of the loaded versions."""
        self._registry = registry

    def check(self, request: Request) -> None:
        """Refuse other paths, and all methods but those for looking."""
        if request.path != "/models.json":
            raise NotFoundError("There is /models.json only")
        check_method(request)

    async def answer(self, request: Request) -> Response:
        """Return all models that have a loaded version."""
        self.check(request)
        loaded = {name: self._registry.loaded(name) for name in self._registry.models()}
        models = [self._describe(name, versions) for name, versions in loaded.items() if versions]
        response = to_json({"models": models})
        return Response(body=response.body, headers=((b"cache-control", b"no-store"),))

    def _describe(self, name: str, versions: dict[int, LoadedVersion]) -> dict[str, Any]:
        return {
            "name": name,
            "labels": {label: str(number) for label, number in self._registry.labels(name).items()},
            "versions": [_describe_version(versions[number]) for number in sorted(versions, reverse=True)],
        }


def _describe_version(version: LoadedVersion) -> dict[str, Any]:
    manifest, evaluation = version.manifest, version.evaluation
    return {
        "version": str(version.number),
        "backend": version.backend.name,
        "framework": manifest.framework,
        "architecture": manifest.model,
        "class_names": manifest.class_names,
        "image_size_pixels": manifest.image.size_pixels,
        "parameters": manifest.parameters,
        "parity": manifest.parity.model_dump(mode="json"),
        "predict_ms_per_image": manifest.predict_ms_per_image.model_dump(),
        "train_seconds": manifest.train_seconds,
        "packages": manifest.versions,
        "lineage": manifest.lineage,
        "created_at": manifest.created_at.isoformat(),
        "evaluation": evaluation and evaluation.model_dump(mode="json", exclude=EVALUATION_SHOWN_WITHOUT),
    }
