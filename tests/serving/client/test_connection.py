from collections.abc import MutableMapping
from typing import Any

import pytest
from busy_app import BusyApp
from listening_app import listening

from serving.client import Client, ServerFailedError
from serving.errors import OverloadedError


@pytest.mark.parametrize("url", ["localhost:8501", "ftp://localhost", ""])
def test_an_address_without_http_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must begin with http:// or https://"):
        Client(url)


def test_the_token_and_a_prefix_of_the_path_are_sent() -> None:
    seen: list[tuple[str, bytes | None]] = []
    app = BusyApp(refusals=0, error=lambda: OverloadedError(""))

    async def behind_a_proxy(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        seen.append((scope["path"], dict(scope["headers"]).get(b"authorization")))
        await app({**scope, "raw_path": scope["raw_path"].removeprefix(b"/models")}, receive, send)

    with listening(behind_a_proxy) as url:  # type: ignore[arg-type]
        with Client(f"{url}/models", token="secret") as client:  # noqa: S106
            client.classify(b"image", model="m")
        with Client(f"{url}/models/") as client:
            client.classify(b"image", model="m")

    assert seen == [("/models/predict/m", b"Bearer secret"), ("/models/predict/m", None)]


def test_an_answer_of_something_else_is_no_answer() -> None:
    with listening(BusyApp(refusals=0, error=lambda: OverloadedError(""))) as url, Client(f"{url}/health") as client:
        with pytest.raises(ServerFailedError, match="not that of a Tandem model server"):
            client.status("m")
