import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from busy_app import BusyApp
from listening_app import listening
from tiny_bundles import BLUE, CLASS_NAMES, GREEN, RED, encode, expected

from serving.client import (
    Client,
    InvalidImageError,
    NotFoundError,
    ServerBusyError,
    ServerFailedError,
    ServerTimeoutError,
    TooLargeError,
    UnreachableError,
)
from serving.client.retries import Retries
from serving.errors import ModelFailedError, OverloadedError, UnavailableError
from serving.web.connection import Connection

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[Client]:
    with Client(url) as made:
        yield made


def test_an_image_gets_label_score_probabilities_and_version(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "green.png"
    path.write_bytes(encode(GREEN))

    for image in (encode(GREEN), path, str(path)):
        answer = client.classify(image, model="colours")

        chances = dict(zip(CLASS_NAMES, expected(GREEN, sharpness=5.0), strict=True))
        assert (answer.label, answer.model, answer.model_version) == ("green", "colours", 2)
        assert dict(answer.probabilities) == pytest.approx(chances)
        assert answer.score == answer.probabilities["green"] == max(answer.probabilities.values())
        assert next(iter(answer.probabilities)) == "green"


def test_a_version_or_label_is_asked_when_it_is_named(client: Client) -> None:
    assert client.classify(encode(RED), model="colours", version=1).model_version == 1
    assert client.classify(encode(RED), model="colours", label="stable").model_version == 1
    assert client.classify(encode(RED), model="colours", label="champion").model_version == 2
    with pytest.raises(ValueError, match="version 1 and label 'stable' are both given"):
        client.classify(encode(RED), model="colours", version=1, label="stable")


def test_many_images_are_answered_in_their_order(client: Client) -> None:
    answers = client.classify_many([encode(RED), encode(BLUE), encode(GREEN)], model="colours", version=1)

    assert [answer.label for answer in answers] == ["red", "blue", "green"]
    assert answers[1].probabilities["blue"] == pytest.approx(expected(BLUE)[2])
    assert client.classify_many(iter([encode(BLUE)]), model="colours")[0].label == "blue"
    assert client.classify_many([], model="colours") == []


def test_an_unusable_image_is_named_by_its_position(client: Client) -> None:
    with pytest.raises(InvalidImageError, match=r"^the bytes are not a JPEG or PNG image") as caught:
        client.classify_many([encode(RED), b"no image"], model="colours")
    assert caught.value.position == 1
    with pytest.raises(InvalidImageError, match="no bytes") as caught:
        client.classify(b"", model="colours")
    assert caught.value.position == 0


@pytest.mark.parametrize(
    ("model", "choice", "message"),
    [
        ("shapes", {}, r"Latest\(shapes\)"),
        ("a/b c", {}, r"Latest\(a/b c\)"),
        ("colours", {"version": 9}, r"Specific\(colours, 9\)"),
        ("colours", {"label": "canary"}, "label: canary"),
    ],
)
def test_what_the_server_has_not_is_not_found(
    client: Client, model: str, choice: dict[str, object], message: str
) -> None:
    with pytest.raises(NotFoundError, match=message):
        client.classify(encode(RED), model=model, **choice)  # type: ignore[arg-type]


def test_a_request_beyond_a_limit_is_too_large(client: Client) -> None:
    with pytest.raises(TooLargeError, match="more than 4"):
        client.classify_many([encode(RED)] * 5, model="colours")


def test_status_tells_each_version_and_why_one_was_refused(client: Client) -> None:
    refused, newest, oldest = client.status("colours")

    assert (refused.version, refused.state) == (3, "END")
    assert "probabilit" in refused.error
    assert [(each.version, each.state, each.error) for each in (newest, oldest)] == [
        (2, "AVAILABLE", ""),
        (1, "AVAILABLE", ""),
    ]
    with pytest.raises(NotFoundError, match="shapes"):
        client.status("shapes")


def test_metadata_tells_labels_and_what_each_version_is(client: Client) -> None:
    model = client.metadata("colours")

    assert dict(model.labels) == {"champion": 2, "stable": 1}
    assert [version.version for version in model.versions] == [2, 1]
    version = model.versions[0]
    assert (version.framework, version.class_names, version.image_size_pixels) == ("keras", CLASS_NAMES, 8)
    assert version.created_at.year == 2026
    assert version.facts["parity"]["passed"] is True
    with pytest.raises(NotFoundError, match="serves no model 'shapes', but colours"):
        client.metadata("shapes")


def test_ready_is_true_for_what_answers_and_false_where_nothing_listens(client: Client) -> None:
    assert client.ready()
    assert client.ready("colours")
    assert not client.ready("shapes")
    with Client(f"http://127.0.0.1:{closed_port()}") as nobody:
        assert not nobody.ready()
        with pytest.raises(UnreachableError, match="cannot be reached"):
            nobody.classify(encode(RED), model="colours")


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_busy_server_is_asked_again_when_it_says() -> None:
    waits: list[float] = []
    app = BusyApp(refusals=2, error=lambda: OverloadedError("The queue is full"))
    with listening(app) as url, Client(url, retries=Retries(draw=lambda: 0.4), sleep=waits.append) as client:
        assert client.classify(b"image", model="m").model_version == 7

    assert app.wire.requests == 3
    assert waits == pytest.approx([1.1, 1.1])


def test_a_server_that_stays_busy_is_left_alone_after_the_retries() -> None:
    waits: list[float] = []
    app = BusyApp(refusals=9, error=lambda: UnavailableError("The server is draining"))
    with listening(app) as url, Client(url, sleep=waits.append) as client:
        with pytest.raises(ServerBusyError, match="draining") as caught:
            client.classify(b"image", model="m")
        assert caught.value.retry_after_seconds == 1
        assert app.wire.requests == 4
        with pytest.raises(ServerBusyError):
            client.classify(b"image", model="m", timeout_seconds=0.9)
        assert app.wire.requests == 5
        assert not client.ready()
        assert app.wire.requests == 6
    assert len(waits) == 3


def test_a_failed_model_is_not_asked_again() -> None:
    app = BusyApp(refusals=1, error=lambda: ModelFailedError("The model raised"))
    with listening(app) as url, Client(url) as client, pytest.raises(ServerFailedError, match="The model raised"):
        client.classify(b"image", model="m")
    assert app.wire.requests == 1


def test_an_answer_that_comes_too_late_is_a_timeout_and_not_asked_again() -> None:
    app = BusyApp(refusals=0, error=lambda: OverloadedError(""), seconds=0.3)
    with listening(app) as url, Client(url) as client, pytest.raises(ServerTimeoutError, match="timeout_seconds"):
        client.classify(b"image", model="m", timeout_seconds=0.1)
    assert app.wire.requests == 1


def test_one_client_serves_several_threads(client: Client) -> None:
    images = [encode(RED), encode(GREEN), encode(BLUE)] * 10
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda image: client.classify(image, model="colours").label, images))

    assert answers == ["red", "green", "blue"] * 10


def test_the_client_loads_nothing_of_the_server() -> None:
    code = (
        "import sys, serving.client; "
        "print({'numpy', 'orjson', 'pydantic', 'uvicorn', 'onnxruntime', 'PIL', 'serving.server'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def test_the_connection_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Connection] = []
    connection_made = Connection.connection_made
    monkeypatch.setattr(Connection, "connection_made", lambda *each: made.append(each[0]) or connection_made(*each))
    app = BusyApp(refusals=0, error=lambda: OverloadedError(""))

    with listening(app) as url, Client(url) as client:
        for _ in range(5):
            client.classify(b"image", model="m")
    assert len(made) == 1
