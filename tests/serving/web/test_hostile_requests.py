"""Damaged requests of every kind: an answer each, and never a fault of the server."""

import base64
import json
import random
from collections.abc import Iterator

import pytest
from asgi_call import call
from colour_server import ColourServer
from tiny_bundles import RED, encode

IMAGES = [encode(RED), encode(RED, image_format="JPEG", height=40, width=40)]
B64 = base64.b64encode(IMAGES[0]).decode()
BODIES = [
    *IMAGES,
    json.dumps({"instances": [{"b64": B64}], "signature_name": "serving_default"}).encode(),
    json.dumps({"inputs": {"image_bytes": [{"b64": B64}]}}).encode(),
    json.dumps({"context": {}, "examples": [{"image": {"b64": B64}}]}).encode(),
    json.dumps({"inputs": [{"name": "image", "shape": [1, 1, 1, 3], "datatype": "UINT8", "data": [1, 2, 3]}]}).encode(),
    b"[" * 5000,
    b'--cut\r\nContent-Disposition: form-data; name="a"; filename="x"\r\n\r\n' + IMAGES[0] + b"\r\n--cut--\r\n",
]
PATHS = [
    "/predict/colours",
    "/predict/colours?top=2",
    "/v1/models/colours:predict",
    "/v1/models/colours/versions/1:classify",
    "/v1/models/%00..%2f..%2fetc:predict",
    "/v2/models/colours/infer",
    "/v2/models/%ff/infer",
    "//",
]
TYPES = ["", "multipart/form-data; boundary=cut", "multipart/form-data; boundary=", 'multipart/form-data; boundary="']


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ColourServer]:
    made = ColourServer(tmp_path_factory.mktemp("models")).load()
    yield made
    made.close()


def damage(chance: random.Random, body: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.randrange(6)):
        place = chance.randrange(len(changed) + 1)
        kind = chance.randrange(3)
        if kind == 0:
            changed[place : place + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del changed[place : place + chance.randrange(40)]
        else:
            changed[place:place] = chance.choice([b'"', b"{", b"\xff", b"\0\0\0\0", b"1e999", b"null", b"\r\n--cut"])
    return bytes(changed)


@pytest.mark.parametrize("seed", range(8))
def test_damaged_requests_are_answered_and_tell_no_places(colours: ColourServer, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    for _ in range(100):
        body, path = damage(chance, chance.choice(BODIES)), chance.choice(PATHS)
        headers = {"content-type": chance.choice(TYPES)}
        if chance.random() < 0.2:
            headers["inference-header-content-length"] = str(chance.randrange(300))

        reply = call(colours.app, chance.choice(["POST", "POST", "POST", "GET", "PUT"]), path, body, headers)

        assert reply.status in (200, 400, 404, 405, 413), (path, body, reply.body, colours.log.getvalue()[-3000:])
        assert str(colours.folder).encode() not in reply.body
