"""Damaged requests of every kind: an answer each, and never a fault of the server."""

import random
from collections.abc import Iterator

import pytest
from app_call import call
from colour_server import ColourServer
from hostile_requests import BODIES, CONTENT_TYPES, TARGETS, damage_body


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ColourServer]:
    made = ColourServer(tmp_path_factory.mktemp("models")).load()
    yield made
    made.close()


@pytest.mark.parametrize("seed", range(8))
def test_damaged_requests_are_answered_and_tell_no_places(colours: ColourServer, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    for _ in range(100):
        body, path = damage_body(chance, chance.choice(BODIES)), chance.choice(TARGETS)
        headers = {"content-type": chance.choice(CONTENT_TYPES)}
        if chance.random() < 0.2:
            headers["inference-header-content-length"] = str(chance.randrange(300))

        reply = call(colours.app, chance.choice(["POST", "POST", "POST", "GET", "PUT"]), path, body, headers)

        assert reply.status in (200, 400, 404, 405, 413), (path, body, reply.body, colours.log.getvalue()[-3000:])
        assert str(colours.folder).encode() not in reply.body
