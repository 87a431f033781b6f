from collections.abc import Iterator

import pytest
from app_call import call
from colour_server import ColourServer
from tiny_bundles import BLUE, GREEN, RED, encode, expected


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ColourServer]:
    made = ColourServer(tmp_path_factory.mktemp("models")).load()
    yield made
    made.close()


def form(*parts: tuple[str, bytes]) -> tuple[bytes, dict[str, str]]:
    body = b"".join(
        b"--cut\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + content + b"\r\n"
        for head, content in parts
    )
    return body + b"--cut--\r\n", {"content-type": "multipart/form-data; boundary=cut"}


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/predict", "2"),
        ("/predict/colours", "2"),
        ("/predict/colours/versions/1", "1"),
        ("/predict/colours/labels/stable", "1"),
    ],
)
def test_the_bytes_of_an_image_are_answered_with_its_best_classes(
    colours: ColourServer, path: str, version: str
) -> None:
    reply = call(colours.app, "POST", path + "?top=2", encode(GREEN), {"content-type": "text/plain"})

    answer = reply.json()
    assert (reply.status, answer["model"], answer["version"]) == (200, "colours", version)
    assert answer["label"] == answer["classes"][0]["label"] == "green"
    assert len(answer["classes"]) == 2
    assert answer["score"] == pytest.approx(expected(GREEN, sharpness=5.0 if version == "2" else 1.0)[1])


def test_each_file_of_a_form_gets_an_answer_and_other_fields_none(colours: ColourServer) -> None:
    body, headers = form(
        ('name="a"; filename="r.png"', encode(RED)),
        ('name="note"', b"hello"),
        ('name="b"; filename="b.png"', encode(BLUE)),
    )

    reply = call(colours.app, "POST", "/predict/colours", body, headers)

    answers = reply.json()["predictions"]
    assert [(each["file"], each["label"]) for each in answers] == [("r.png", "red"), ("b.png", "blue")]


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("POST", "/predict/colours", 400, "the file has no bytes"),
        ("POST", "/predict/colours?top=0", 400, "top is a whole number"),
        ("POST", "/predict/shapes", 404, "Servable not found"),
        ("POST", "/predict/colours/other", 404, "Send images to"),
        ("GET", "/predict/colours", 405, "GET is not for this path; use POST"),
    ],
)
def test_errors(colours: ColourServer, method: str, path: str, status: int, message: str) -> None:
    reply = call(colours.app, method, path)

    assert reply.status == status
    assert message in reply.json()["error"]


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b"", "multipart/form-data", "no boundary"),
        (b"words", "multipart/form-data; boundary=cut", "The form is damaged"),
        (form(('name="note"', b"hello"))[0], "multipart/form-data; boundary=cut", "holds no file"),
    ],
)
def test_damaged_forms(colours: ColourServer, body: bytes, content_type: str, message: str) -> None:
    reply = call(colours.app, "POST", "/predict/colours", body, {"content-type": content_type})

    assert reply.status == 400
    assert message in reply.json()["error"]
