"""Every route with and without a token, through the whole application."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from app_call import Reply, call
from colour_server import ColourServer

TOKEN = "a-token-0123456789abcdef0123456789"  # noqa: S105
CLOSED = [
    ("GET", "/models.json"),
    ("GET", "/metrics"),
    ("GET", "/monitoring/prometheus/metrics"),
    ("POST", "/predict"),
    ("POST", "/predict/colours"),
    ("GET", "/v1/models/colours"),
    ("GET", "/V1/models/colours"),
    ("POST", "/v1/models/colours:predict"),
    ("GET", "/v1/models/colours/metadata"),
    ("GET", "/v2"),
    ("GET", "/v2/"),
    ("GET", "/v2/models/colours"),
    ("GET", "/v2/models/colours/ready"),
    ("POST", "/v2/models/colours/infer"),
    ("GET", "/v2/health"),
    ("GET", "/v2/health/live/"),
    ("GET", "/v2/health/live%2f..%2f..%2fmodels/colours"),
    ("GET", "/v2/health/../models/colours"),
    ("GET", "/%70redict/colours"),
    ("GET", "/Metrics"),
    ("GET", "/absent"),
    ("OPTIONS", "*"),
]
OPEN = [
    ("/", 200),
    ("/page/page.js", 200),
    ("/health/live", 200),
    ("/health/ready", 503),
    ("/health/ready/colours", 200),
    ("/v2/health/live", 200),
    ("/v2/health/ready", 503),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("server")
    (folder / "tokens").write_text(TOKEN)
    return folder


@pytest.fixture(scope="module")
def colours(folder: Path) -> Iterator[ColourServer]:
    made = ColourServer(folder / "models", token_file=folder / "tokens").load()
    yield made
    made.close()


def ask(colours: ColourServer, method: str, path: str, authorization: str = "", body: bytes = b"") -> Reply:
    reply = call(colours.app, method, path, body, {"authorization": authorization} if authorization else {})
    assert reply is not None
    return reply


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_without_a_token_there_is_no_answer_and_no_hint_what_exists(
    colours: ColourServer, method: str, path: str
) -> None:
    missing, wrong = ask(colours, method, path), ask(colours, method, path, "Bearer nope")

    assert (missing.status, missing.headers["www-authenticate"]) == (401, "Bearer")
    assert (wrong.status, wrong.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')
    assert "Authorization: Bearer TOKEN" in missing.json()["error"]
    assert list(wrong.json()) == ["error"]
    assert ask(colours, method, path, f"Bearer {TOKEN}").status != 401


@pytest.mark.parametrize(("path", "status"), OPEN)
def test_probes_and_the_page_need_no_token(colours: ColourServer, path: str, status: int) -> None:
    assert ask(colours, "GET", path).status in (200, status)
    assert ask(colours, "GET", path, "Bearer nope").status in (200, status)


def test_the_body_of_a_refused_request_is_not_read(colours: ColourServer) -> None:
    # A caller who is gone has no body: whoever reads finds that out and answers nothing.
    refused = call(colours.app, "POST", "/predict/colours", [])

    assert refused is not None
    assert refused.status == 401
    assert "connection" not in refused.headers


def test_a_refused_request_is_written_and_counted(colours: ColourServer) -> None:
    before = len(colours.log.getvalue())
    ask(colours, "GET", "/v1/models/colours", "Bearer nope")

    line = colours.log.getvalue()[before:].decode()
    assert '"status":401' in line
    assert "nope" not in line
    figures = ask(colours, "GET", "/metrics", f"Bearer {TOKEN}").body.decode()
    assert 'tandem_requests_total{code="401",model="",protocol="tf_rest",version=""}' in figures


def test_figures_can_be_opened_and_nothing_else_with_them(folder: Path) -> None:
    colours = ColourServer(folder / "other", token_file=folder / "tokens", metrics_access="open")

    assert ask(colours, "GET", "/metrics").status == 200
    assert ask(colours, "GET", "/monitoring/prometheus/metrics").status == 200
    assert ask(colours, "GET", "/models.json").status == 401
    colours.close()
