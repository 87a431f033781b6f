import pytest
from busy_app import BusyApp
from listening_app import listening

from serving.client import Client, ServerFailedError
from serving.errors import OverloadedError
from serving.web.messages import Request, Response


@pytest.mark.parametrize("url", ["localhost:8501", "ftp://localhost", ""])
def test_an_address_without_http_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must begin with http:// or https://"):
        Client(url)


class BehindProxy(BusyApp):
    """The application as a proxy shows it, below /models."""

    def __init__(self) -> None:
        super().__init__(refusals=0, error=lambda: OverloadedError(""))
        self.seen: list[tuple[str, bytes | None]] = []

    def refuse_early(self, request: Request) -> Response | None:
        self.seen.append((request.path, request.headers.get(b"authorization")))
        request.path = request.path.removeprefix("/models")
        return super().refuse_early(request)


def test_the_token_and_a_prefix_of_the_path_are_sent() -> None:
    app = BehindProxy()

    with listening(app) as url:
        with Client(f"{url}/models", token="secret") as client:  # noqa: S106
            client.classify(b"image", model="m")
        with Client(f"{url}/models/") as client:
            client.classify(b"image", model="m")

    assert app.seen == [("/models/predict/m", b"Bearer secret"), ("/models/predict/m", None)]


def test_an_answer_of_something_else_is_no_answer() -> None:
    with listening(BusyApp(refusals=0, error=lambda: OverloadedError(""))) as url, Client(f"{url}/health") as client:
        with pytest.raises(ServerFailedError, match="not that of a Tandem model server"):
            client.status("m")
