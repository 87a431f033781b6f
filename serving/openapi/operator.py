"""Health, figures, the web page and the description itself."""

from serving.metrics import CONTENT_TYPE
from serving.openapi.operation import ANY, MODEL, Json, json_content, looking
from serving.page.wire import FILES
from serving.web.health import FIGURES_PATHS


def describe_operator_paths() -> Json:
    """Return the paths."""
    answers: dict[str, tuple[str, Json]] = {
        "/health/live": ("The server runs", json_content("Health")),
        "/health/ready": ("Every model can be used", json_content("Health")),
        "/health/ready/{model}": ("The model can be used", json_content("Health")),
        **{path: ("Figures for Prometheus", _text(CONTENT_TYPE)) for path in FIGURES_PATHS},
        "/models.json": ("What every loaded version is", json_content("ModelCards")),
        "/openapi.json": ("This description", {"application/json": {"schema": {"type": "object"}}}),
        **{path: ("A file of the web page", _text(content_type)) for path, (_, content_type) in FILES.items()},
    }
    return {
        path: looking(path, "operator", summary, answer=answer, errors=MODEL if "{" in path else ANY)
        for path, (summary, answer) in answers.items()
    }


def _text(content_type: str) -> Json:
    return {content_type.partition(";")[0]: {"schema": {"type": "string"}}}
