"""The description is valid OpenAPI 3.1 and says what the server has: no route, status or limit more or less."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from app_call import call
from colour_server import ColourServer

from serving.web.errors import STATUSES

NAMES = {"model": "colours", "version": "1", "label": "stable"}
IN_CONNECTION = {408, 431}
"""Answered before there is a request."""


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ColourServer]:
    made = ColourServer(tmp_path_factory.mktemp("models")).load()
    yield made
    made.close()


@pytest.fixture(scope="module")
def document(colours: ColourServer) -> Any:
    reply = call(colours.app, "GET", "/openapi.json")
    assert reply is not None
    assert reply.headers["content-type"] == "application/json"
    return reply.json()


def operations(document: Any) -> list[tuple[str, str, Any]]:
    return [(path, method, each) for path, methods in document["paths"].items() for method, each in methods.items()]


def test_it_is_valid(document: Any) -> None:
    schemathesis.openapi.from_dict(document).validate()


def test_every_part_of_the_server_is_described(colours: ColourServer, document: Any) -> None:
    described = {path.split("/")[1] for path in document["paths"]}

    assert described == {word for word in colours.app._wires if word != "V1"}


def test_every_operation_answers_with_a_status_that_it_names(colours: ColourServer, document: Any) -> None:
    for path, method, operation in operations(document):
        reply = call(colours.app, method.upper(), path.format(**NAMES), b"{}")

        assert reply is not None
        assert str(reply.status) in operation["responses"], (method, path, reply)
        assert reply.status in (200, 400), (method, path, reply)


def test_examples_are_answered(colours: ColourServer, document: Any) -> None:
    answered = 0
    for path, method, operation in operations(document):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            for example in content.get("examples", {}).values():
                body = json.dumps(example["value"]).encode()
                reply = call(colours.app, method.upper(), path.format(**NAMES), body)
                assert reply is not None
                assert reply.status == 200, (path, reply)
                answered += 1
    assert answered == 24


def test_errors_are_those_that_the_server_has(document: Any) -> None:
    named = {int(status) for _, _, each in operations(document) for status in each["responses"]} - {200}

    # No path has 405, since each names its methods.
    assert named == ({*STATUSES.values()} | IN_CONNECTION) - {405}


def test_limits_are_the_servers(document: Any) -> None:
    rows, _ = document["components"]["schemas"]["Predict"]["oneOf"]

    assert "at most 10486 bytes" in document["info"]["description"]
    assert rows["properties"]["instances"]["oneOf"][0]["maxItems"] == 4


@pytest.mark.parametrize(("method", "path", "status"), [("POST", "/openapi.json", 405), ("GET", "/openapi.json/", 404)])
def test_other_paths_and_methods_are_refused(colours: ColourServer, method: str, path: str, status: int) -> None:
    reply = call(colours.app, method, path)

    assert reply is not None
    assert reply.status == status
