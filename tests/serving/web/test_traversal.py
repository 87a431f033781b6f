"""A request's path never reaches the file system."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_call import call
from colour_server import ColourServer

ROOT = "etc/passwd"
UP = ["..", "%2e%2e", "..%2f..", "..%5c..", "%252e%252e", "..\\..", "%00", "....//", "%c0%ae%c0%ae", "~", "file:"]
_watched: list[tuple[str, Any]] = []
_is_watching = False


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _is_watching and event in ("open", "os.listdir", "os.scandir", "glob.glob"):
        _watched.append((event, arguments[0]))


@pytest.fixture
def watched() -> Iterator[list[tuple[str, Any]]]:
    """Every file and folder that Python opens while a test runs."""
    global _is_watching  # noqa: PLW0603  a hook cannot be taken away again, only be told to do nothing
    sys.addaudithook(_watch)
    _watched.clear()
    _is_watching = True
    yield _watched
    _is_watching = False


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ColourServer]:
    made = ColourServer(tmp_path_factory.mktemp("models")).load()
    yield made
    made.close()


def paths(prefixes: list[str]) -> list[str]:
    starts = [f"/{prefix}".rstrip("/") for prefix in prefixes]
    inner = ["/predict/colours/versions", "/v1/models", "/v1/models/colours/versions", "/v2/models", "/health/ready"]
    return [
        f"{start}/{up}/{up}/{up}/{ROOT}{end}" for start in [*starts, *inner] for up in UP for end in ("", ":predict")
    ]


def test_no_route_opens_a_file_for_a_path_that_leads_elsewhere(
    colours: ColourServer, watched: list[tuple[str, Any]], tmp_path: Path
) -> None:
    asked = paths(list(colours.app._wires))
    assert len(asked) > 200
    for path in asked:
        for method in ("GET", "POST"):
            reply = call(colours.app, method, path)
            assert reply is not None
            assert reply.status in (400, 404, 405, 503), path
            assert b"root:" not in reply.body

    assert watched == []
    # The watch itself works.
    (tmp_path / "file").write_text("x")
    assert watched == [("open", str(tmp_path / "file"))]


def test_a_model_is_found_by_name_only_and_not_by_its_folder(
    colours: ColourServer, watched: list[tuple[str, Any]]
) -> None:
    for name in ("./colours", "colours/.", "colours%2F1", "%2e%2fcolours", str(colours.folder / "colours")):
        reply = call(colours.app, "GET", f"/v1/models/{name}")
        assert reply is not None
        assert reply.status in (400, 404), name

    assert watched == []
