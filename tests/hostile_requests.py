"""What somebody could send to the HTTP port on purpose: bytes, and what may come back."""

import base64
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hostile_images import damage_image, make_unusable, make_usable
from tiny_bundles import RED, encode

REFUSED = frozenset({400, 404, 405, 413, 431})
"""What a hostile request may be answered with."""
ANSWERED = REFUSED | {200}
OVERLOAD = frozenset({429, 503, 504})

CREDENTIALS = ("", "Basic cm9vdDpyb290", "Bearer", "Bearer \xff\xfe", "Bearer " + "x" * 5000, "Digest username=root")
"""None of them a token; sent along at random, and to a server that asks for one."""

_GOOD = encode(RED)
_B64 = base64.b64encode(_GOOD).decode()
_PIXELS = {"name": "image", "shape": [1, 1, 1, 3], "datatype": "UINT8", "data": [1, 2, 3]}
_MODEL = "colours"


@dataclass(frozen=True, kw_only=True)
class Attack:
    """Bytes for one connection.

    Attributes:
        name: For the report of a failure.
        pieces: What is sent, piece by piece.
        pause_seconds: Between two pieces.
        statuses: What each answer may have.
        answers: How many answers there must be; None for any number from 1 on.
    """

    name: str
    pieces: tuple[bytes, ...]
    pause_seconds: float = 0.0
    statuses: frozenset[int] = REFUSED
    answers: int | None = 1


def write_request(method: str, target: str, body: bytes = b"", **headers: str) -> bytes:
    """Write a well-formed request that ends its connection."""
    lines = [f"{method} {target} HTTP/1.1", "host: x", "connection: close", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


BODIES = [
    _GOOD,
    encode(RED, image_format="JPEG", height=40, width=40),
    json.dumps({"instances": [{"b64": _B64}], "signature_name": "serving_default"}).encode(),
    json.dumps({"inputs": {"image_bytes": [{"b64": _B64}]}}).encode(),
    json.dumps({"context": {}, "examples": [{"image": {"b64": _B64}}]}).encode(),
    json.dumps({"inputs": [_PIXELS]}).encode(),
    b"[" * 5000,
    b'--cut\r\nContent-Disposition: form-data; name="a"; filename="x"\r\n\r\n' + _GOOD + b"\r\n--cut--\r\n",
]
TARGETS = [
    f"/predict/{_MODEL}",
    f"/predict/{_MODEL}?top=2",
    f"/v1/models/{_MODEL}:predict",
    f"/v1/models/{_MODEL}/versions/1:classify",
    "/v1/models/%00..%2f..%2fetc:predict",
    f"/v2/models/{_MODEL}/infer",
    "/v2/models/%ff/infer",
    "//",
]
CONTENT_TYPES = ["", "multipart/form-data; boundary=cut", "multipart/form-data; boundary=", 'multipart/form-data; b="']
_JSON_BODIES = [
    b"null",
    b"0",
    b'"text"',
    b"{" * 100_000,
    b'{"a":' * 50_000,
    b"[" * 1000 + b"]" * 1000,
    b'{"instances": [' + b'{"b64": ""},' * 20_000 + b"null]}",
    b'{"instances": ["' + b"\\u0000" * 1000 + b'"]}',
    b'{"instances": ["\\ud800"]}',
    b'{"instances": [{"b64": "' + b"A" * 100_000 + b'"}]}',
    b'{"instances": [{"b64": "' + b"=" * 100_000 + b'"}]}',
    b'{"instances": [1e999999]}',
    b'{"instances": [' + b"9" * 10_000 + b"]}",
    b'{"instances": [NaN, Infinity]}',
    b'{"instances": [], "instances": [1]}',
    b'{"__proto__": {"instances": []}, "instances": {}}',
    b'{"signature_name": {"$ref": "#"}, "instances": [1]}',
    b'{"inputs": {"image_bytes": {"image_bytes": {"image_bytes": []}}}}',
    b'{"examples": [' + b"{}," * 1000 + b"{}]}",
    b'{"examples": [{"image": [[[[]]]]}]}',
    b'{"context": [], "examples": [{}]}',
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\0}\0",
    b"!!python/object/apply:os.system ['id']",
]
_INFER_BODIES = [
    {"inputs": [{**_PIXELS, "shape": [2**62, 2**62, 2**62, 3]}]},
    {"inputs": [{**_PIXELS, "shape": [1, 10**9, 10**9, 3]}]},
    {"inputs": [{**_PIXELS, "shape": [-1, 1, 1, 3]}]},
    {"inputs": [{**_PIXELS, "shape": [0, 1, 1, 3], "data": []}]},
    {"inputs": [{**_PIXELS, "shape": [True, 1, 1, 3]}]},
    {"inputs": [{**_PIXELS, "shape": [1.0, 1, 1, 3]}]},
    {"inputs": [{**_PIXELS, "shape": "1113"}]},
    {"inputs": [{**_PIXELS, "shape": [1] * 1000}]},
    {"inputs": [{**_PIXELS, "data": [10**30] * 3}]},
    {"inputs": [{**_PIXELS, "data": [[1], [2, 3]]}]},
    {"inputs": [{**_PIXELS, "data": {"0": 1}}]},
    {"inputs": [{**_PIXELS, "data": "abc"}]},
    {"inputs": [{**_PIXELS, "name": ["image"]}]},
    {"inputs": [{**_PIXELS, "name": {}}]},
    {"inputs": [{**_PIXELS, "datatype": []}]},
    {"inputs": [{**_PIXELS, "parameters": []}]},
    {"inputs": [{**_PIXELS, "parameters": {"binary_data_size": 10**30}}]},
    {"inputs": [_PIXELS] * 1000},
    {"inputs": [_PIXELS], "outputs": {"name": "label"}},
    {"inputs": [_PIXELS], "outputs": [{"name": ["label"]}]},
    {"inputs": [_PIXELS], "outputs": [{"name": {}}]},
    {"inputs": [_PIXELS], "outputs": [{"name": "label", "parameters": 1}]},
    {"inputs": [_PIXELS], "id": {"$gt": ""}},
    {"inputs": [_PIXELS], "parameters": "x"},
    {"inputs": [{"name": "image_bytes", "shape": [1], "datatype": "BYTES", "data": ["A" * 1001]}]},
    {"inputs": [{"name": "image_bytes", "shape": [1], "datatype": "BYTES", "data": ["\ud800"]}]},
    {"inputs": [{"name": "image_bytes", "shape": [10**12], "datatype": "BYTES", "data": []}]},
]
_FORMS = [
    (b"", "multipart/form-data"),
    (b"", "multipart/form-data; boundary=" + "x" * 2000),
    (b"--cut\r\n" * 5000, "multipart/form-data; boundary=cut"),
    (b"--cut\r\n" + b"a: b\r\n" * 5000 + b"\r\n", "multipart/form-data; boundary=cut"),
    (
        b"--cut\r\nContent-Disposition: form-data; name=a; filename=" + b"../" * 1000,
        "multipart/form-data; boundary=cut",
    ),
    (
        b'--cut\r\nContent-Disposition: form-data; name=a; filename="/etc/passwd"\r\n\r\nx\r\n--cut--',
        "multipart/form-data; boundary=cut",
    ),
    (
        b"--cut\r\nContent-Disposition: form-data; filename*=utf-8''%ff%00\r\n\r\nx\r\n--cut--\r\n",
        "multipart/form-data; boundary=cut",
    ),
    (b"--cut--", "multipart/form-data; boundary=cut"),
]
_TARGETS_OF_OTHERS = [
    "/../../../../etc/passwd",
    "/page/../../../../etc/passwd",
    "/page/%2e%2e/%2e%2e/etc/passwd",
    "/page/..%2f..%2fetc%2fpasswd",
    "/page/..\\..\\etc\\passwd",
    "/page/%00page.css",
    "/page/page.css%00.png",
    "/page//etc/passwd",
    "/.git/config",
    "/.env",
    "/proc/self/environ",
    f"/predict/../../{_MODEL}/1/model.onnx",
    f"/predict/..%2f{_MODEL}",
    f"/predict/{_MODEL}/versions/99999999999999999999",
    f"/predict/{_MODEL}/versions/-1",
    f"/predict/{_MODEL}/labels/%ff%fe",
    f"/predict/{_MODEL}?top=0",
    f"/predict/{_MODEL}?top=" + "9" * 5000,
    f"/predict/{_MODEL}?top=%00",
    f"/predict/{_MODEL}?" + "a&" * 5000,
    "/predict/" + "a" * 8000,
    "/predict/" + "%00" * 2000,
    "/v1/models/..%2f..%2f:predict",
    "/v1/models/" + "%41" * 2000 + ":predict",
    f"/v1/models/{_MODEL}/versions/" + "9" * 5000 + ":predict",
    f"/v1/models/{_MODEL}/labels/" + "x" * 5000 + ":predict",
    "/v1/models/:predict",
    "/v1/",
    "/v2/models//infer",
    "/v2/models/" + "é" * 100 + "/infer",
    "/health/ready/" + "%2f" * 1000,
    "/metrics/../models.json",
    "/$%7Bjndi:ldap://x/a%7D",
    "/%25%32%65",
    "/?" + "x" * 20_000,
    "/" + "/" * 5000,
]
_METHODS = ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "M-SEARCH", "SOURCE", "QUERY"]


def damage_body(chance: random.Random, body: bytes) -> bytes:
    """Change a few places of a body."""
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


def make_body_attacks() -> Iterator[Attack]:
    """Return well-formed requests whose targets and bodies are hostile."""
    posted = (f"/v1/models/{_MODEL}:predict", f"/v1/models/{_MODEL}:classify", f"/v2/models/{_MODEL}/infer")
    for number, body in enumerate(_JSON_BODIES):
        for target in posted:
            yield _one(f"JSON {number} to {target}", write_request("POST", target, body))
    for number, document in enumerate(_INFER_BODIES):
        body = json.dumps(document).encode()
        yield _one(f"inference {number}", write_request("POST", posted[2], body))
    for number, (body, content_type) in enumerate(_FORMS):
        yield _one(f"form {number}", write_request("POST", f"/predict/{_MODEL}", body, content_type=content_type))
    for target in _TARGETS_OF_OTHERS:
        # A path of the server with more behind it may be answered, but with nothing of other files.
        for method in ("GET", "POST"):
            yield _one(f"{method} {target[:40]}", write_request(method, target, _GOOD), ANSWERED)
    for method in _METHODS:
        for target in (f"/predict/{_MODEL}", f"/v1/models/{_MODEL}:predict", f"/v2/models/{_MODEL}/infer", "*"):
            yield _one(f"{method} {target}", write_request(method, target, _GOOD))
    for raw, length in (
        (b"", "5"),
        (b"x" * 50, "0"),
        (b"x" * 50, "-1"),
        (b"x", "9" * 400),
        (b"x", "0x1"),
        (b"x", "1 1"),
    ):
        request = write_request("POST", posted[2], b"{}" + raw, inference_header_content_length=length)
        yield _one(f"header length {length[:10]}", request)


def make_image_attacks() -> Iterator[Attack]:
    """Return every image in every form that takes one."""
    for images, statuses in ((make_usable(), frozenset({200})), (make_unusable(), frozenset({400}))):
        for name, image in images.items():
            for form, write in _IMAGE_FORMS.items():
                yield _one(f"{name} as {form}", write(image), statuses)


def make_random_attacks(chance: random.Random, count: int) -> Iterator[Attack]:
    """Return damaged bodies and damaged images, as many as asked for."""
    images = {**make_usable(), **make_unusable()}
    small = {name: image for name, image in images.items() if len(image) < 20_000}
    for number in range(count):
        headers = {"content_type": chance.choice(CONTENT_TYPES), "authorization": chance.choice(CREDENTIALS)}
        if chance.random() < 0.2:
            headers["inference_header_content_length"] = str(chance.randrange(300))
        if number % 2:
            form = chance.choice(list(_IMAGE_FORMS))
            yield _one(f"random {number} as {form}", _IMAGE_FORMS[form](damage_image(chance, small)), ANSWERED)
        else:
            body = damage_body(chance, chance.choice(BODIES))
            request = write_request(
                chance.choice(["POST", "POST", "GET", "PUT"]), chance.choice(TARGETS), body, **headers
            )
            yield _one(f"random {number}", request, ANSWERED)


def make_token_attacks(token: str) -> Iterator[Attack]:
    """Return requests without the server's token, but with much like it; the paths are those that need one."""
    near = [token[:-1], token + "x", token.upper(), f"Bearer {token[:-1]}", f"Bearer {token}x", f"Bearer  {token[1:]}"]
    for credential in [*CREDENTIALS, *near, token, f"Basic {token}", f"Bearer {token}, Bearer x", f"bearer\x01{token}"]:
        for target in [
            *TARGETS[:6],
            "/v1/models/colours",
            "/v2",
            "/models.json",
            "/metrics",
            "/openapi.json",
            "/absent",
        ]:
            request = write_request("POST", target, _GOOD, authorization=credential)
            # A control character in a header is no HTTP.
            yield _one(
                f"{credential[:30]!r} for {target}", request, frozenset({401, 400} if "\x01" in credential else {401})
            )


def _one(name: str, request: bytes, statuses: frozenset[int] = REFUSED) -> Attack:
    return Attack(name=name, pieces=(request,), statuses=statuses)


def _post_json(target: str, document: Callable[[str], object]) -> Callable[[bytes], bytes]:
    def write(image: bytes) -> bytes:
        body = json.dumps(document(base64.b64encode(image).decode())).encode()
        return write_request("POST", target, body)

    return write


def _write_form(image: bytes) -> bytes:
    head = b'--c-u-t\r\nContent-Disposition: form-data; name="a"; filename="a.png"\r\n\r\n'
    body = head + image + b"\r\n--c-u-t--\r\n"
    return write_request("POST", f"/predict/{_MODEL}", body, content_type="multipart/form-data; boundary=c-u-t")


def _write_raw_tensor(image: bytes) -> bytes:
    raw = len(image).to_bytes(4, "little") + image
    tensor = {"name": "image_bytes", "shape": [1], "datatype": "BYTES", "parameters": {"binary_data_size": len(raw)}}
    head = json.dumps({"inputs": [tensor]}).encode()
    return write_request(
        "POST", f"/v2/models/{_MODEL}/infer", head + raw, inference_header_content_length=str(len(head))
    )


_IMAGE_FORMS: dict[str, Callable[[bytes], bytes]] = {
    "bytes": lambda image: write_request("POST", f"/predict/{_MODEL}", image),
    "form": _write_form,
    "row": _post_json(f"/v1/models/{_MODEL}:predict", lambda b64: {"instances": [{"b64": b64}]}),
    "column": _post_json(f"/v1/models/{_MODEL}:predict", lambda b64: {"inputs": {"image_bytes": [{"b64": b64}]}}),
    "example": _post_json(f"/v1/models/{_MODEL}:classify", lambda b64: {"examples": [{"image": {"b64": b64}}]}),
    "tensor": _post_json(
        f"/v2/models/{_MODEL}/infer",
        lambda b64: {"inputs": [{"name": "image_bytes", "shape": [1], "datatype": "BYTES", "data": [b64]}]},
    ),
    "raw_tensor": _write_raw_tensor,
}
