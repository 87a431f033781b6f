import pytest

from serving.client.calls import Reply, classify_call, ready_call, status_call
from serving.client.errors import ServerFailedError


@pytest.mark.parametrize(
    ("version", "label", "path"),
    [
        (None, None, "/predict/a%2Fb%3Ac"),
        (3, None, "/predict/a%2Fb%3Ac/versions/3"),
        (None, "x y", "/predict/a%2Fb%3Ac/labels/x%20y"),
    ],
)
def test_names_are_encoded_so_that_none_leads_elsewhere(version: int | None, label: str | None, path: str) -> None:
    assert classify_call([b""], model="a/b:c", version=version, label=label).path == f"{path}?top=999999"
    assert status_call("../x?y").path == "/v1/models/..%2Fx%3Fy"


def test_one_image_is_sent_as_it_is_and_several_as_a_form() -> None:
    one = classify_call([b"1"], model="m", version=None, label=None)
    two = classify_call([b"1", b"2"], model="m", version=None, label=None)

    assert one.options()["content"] == b"1"
    assert two.options() == {"files": [("image", ("0", b"1")), ("image", ("1", b"2"))]}
    assert ready_call(None).options() == {}


def test_whether_a_server_is_ready_is_asked_once() -> None:
    assert not ready_call("m").retries
    assert status_call("m").retries


def test_a_body_that_is_no_json_is_not_understood() -> None:
    with pytest.raises(ServerFailedError, match="check the address"):
        Reply(status=200, retry_after="", body=b"<html>").json()
