"""What holds for every protocol: limits, ids, log, figures and faults."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_call import Reply, call
from colour_server import ColourServer
from tiny_bundles import RED, encode

from serving.web.messages import Request, Response


@pytest.fixture
def colours(tmp_path: Path) -> Iterator[ColourServer]:
    made = ColourServer(tmp_path)
    yield made
    made.close()


def ask(colours: ColourServer, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return call(colours.app, method, path, body, given)


def test_health_follows_the_life_of_the_server(colours: ColourServer) -> None:
    assert ask(colours, "GET", "/health/live").status == 200
    starting = ask(colours, "GET", "/health/ready")
    assert (starting.status, starting.headers["retry-after"]) == (503, "1")
    colours.load()
    assert ask(colours, "GET", "/health/ready").status == 200
    assert ask(colours, "GET", "/health/ready/colours").status == 200
    assert ask(colours, "GET", "/health/ready/shapes").status == 503

    colours.app.is_draining = True

    drained = ask(colours, "GET", "/health/ready")
    assert (drained.status, drained.json()["error"]) == (503, "The server is draining")
    assert drained.headers["connection"] == "close"
    assert ask(colours, "GET", "/health/live").status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "//", 404),
        ("OPTIONS", "*", 404),
        ("GET", "/etc/passwd", 404),
        ("GET", "/health/other", 404),
        ("GET", "/monitoring/other", 404),
        ("POST", "/health/live", 405),
        ("POST", "/metrics", 405),
    ],
)
def test_other_paths_and_methods_are_refused(colours: ColourServer, method: str, path: str, status: int) -> None:
    reply = ask(colours, method, path)

    assert reply.status == status
    assert list(reply.json()) == ["error"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/health/live", "GET, HEAD"),
        ("PUT", "/models.json", "GET, HEAD"),
        ("OPTIONS", "/", "GET, HEAD"),
        ("DELETE", "/v2/models/colours", "GET, HEAD"),
        ("GET", "/v2/models/colours/infer", "POST"),
        ("GET", "/predict/colours", "POST"),
    ],
)
def test_a_refused_method_comes_with_those_that_are_allowed(
    colours: ColourServer, method: str, path: str, allowed: str
) -> None:
    reply = ask(colours, method, path)

    assert (reply.status, reply.headers["allow"]) == (405, allowed)


def test_figures_count_by_protocol_version_and_code(colours: ColourServer) -> None:
    colours.load()
    ask(colours, "POST", "/predict/colours", encode(RED))
    ask(colours, "POST", "/predict/colours", b"words")

    text = ask(colours, "GET", "/monitoring/prometheus/metrics").body.decode()

    assert 'tandem_requests_total{code="200",model="colours",protocol="plain",version="2"} 1.0' in text
    assert 'tandem_requests_total{code="400",model="",protocol="plain",version=""} 1.0' in text
    assert 'tandem_stage_seconds_count{model="colours",stage="model",version="2"} 1.0' in text
    assert 'tandem_batch_images_sum{model="colours",version="2"} 1.0' in text
    assert 'tandem_version_state{model="colours",state="END",version="3"} 1.0' in text
    assert "tandem_queued_images 0.0" in text


def test_a_request_is_logged_in_one_line_without_what_was_sent(colours: ColourServer) -> None:
    colours.load()
    before = len(colours.log.getvalue())

    ask(colours, "POST", "/predict/colours", encode(RED), x_request_id="abc-1")

    (line,) = colours.log.getvalue()[before:].splitlines()
    logged = json.loads(line)
    assert (logged["time"], logged["event"], logged["request_id"], logged["status"]) == (1.5, "request", "abc-1", 200)
    assert (logged["model"], logged["version"], logged["images"], logged["batch_images"]) == ("colours", "2", 1, 1)
    assert logged["body_bytes"] == len(encode(RED))


@pytest.mark.parametrize(("given", "kept"), [("abc-1", True), ("a b", False), ("", False), ("x" * 129, False)])
def test_only_a_harmless_request_id_is_kept(colours: ColourServer, given: str, kept: bool) -> None:
    reply = ask(colours, "GET", "/health/live", x_request_id=given)

    assert (reply.headers["x-request-id"] == given) is kept
    assert len(reply.headers["x-request-id"]) in (len(given), 16)


def test_a_fault_tells_the_caller_nothing_and_the_log_everything(colours: ColourServer) -> None:
    class Broken:
        name = "broken"

        async def answer(self, request: Request) -> Response:
            raise ZeroDivisionError("secret place")

    colours.app._wires = {"broken": Broken()}

    reply = ask(colours, "GET", "/broken")

    assert reply.status == 500
    assert "secret" not in reply.body.decode()
    assert b"secret place" in colours.log.getvalue()
    assert b"ZeroDivisionError" in colours.log.getvalue()
