import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from busy_app import BusyApp
from listening_app import listening
from tiny_bundles import BLUE, GREEN, RED, encode

from serving.client import AsyncClient, InvalidImageError, NotFoundError, ServerBusyError, UnreachableError
from serving.client.retries import Retries
from serving.errors import OverloadedError

Result = TypeVar("Result")


def run(url: str, ask: Callable[[AsyncClient], Awaitable[Result]], **options: object) -> Result:
    async def talk() -> Result:
        async with AsyncClient(url, **options) as client:  # type: ignore[arg-type]
            return await ask(client)

    return asyncio.run(talk())


def test_one_image_or_path_gets_its_answer(url: str, tmp_path: Path) -> None:
    path = tmp_path / "blue.png"
    path.write_bytes(encode(BLUE))

    assert run(url, lambda client: client.classify(encode(BLUE), model="colours")).label == "blue"
    assert run(url, lambda client: client.classify(path, model="colours", version=1)).model_version == 1


def test_many_images_are_answered_in_their_order_and_a_bad_one_is_named(url: str) -> None:
    images = [encode(GREEN), encode(RED)]

    answers = run(url, lambda client: client.classify_many(images, model="colours", label="stable"))

    assert [(answer.label, answer.model_version) for answer in answers] == [("green", 1), ("red", 1)]
    with pytest.raises(InvalidImageError, match="not a JPEG or PNG") as caught:
        run(url, lambda client: client.classify_many([*images, b"x"], model="colours"))
    assert caught.value.position == 2


def test_requests_run_side_by_side(url: str) -> None:
    images = [encode(RED), encode(GREEN), encode(BLUE)] * 5

    async def ask(client: AsyncClient) -> list[str]:
        answers = await asyncio.gather(*(client.classify(image, model="colours") for image in images))
        return [answer.label for answer in answers]

    assert run(url, ask) == ["red", "green", "blue"] * 5


def test_the_time_of_a_request_begins_when_it_is_its_turn() -> None:
    async def ask(client: AsyncClient) -> int:
        return len(await asyncio.gather(*(client.classify(b"image", model="m") for _ in range(8))))

    # Two seconds for all of them, and for each far more than it takes.
    with listening(BusyApp(refusals=0, error=lambda: OverloadedError(""), seconds=0.25)) as url:
        assert run(url, ask, connections=1, timeout_seconds=1.9) == 8


def test_status_metadata_and_readiness_are_told(url: str) -> None:
    assert run(url, lambda client: client.status("colours"))[0].version == 3
    assert run(url, lambda client: client.metadata("colours")).labels["stable"] == 1
    assert run(url, lambda client: client.ready())
    assert not run(url, lambda client: client.ready("shapes"))
    with pytest.raises(NotFoundError, match="shapes"):
        run(url, lambda client: client.metadata("shapes"))


def test_a_busy_server_is_asked_again_within_bounds() -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    def busy() -> OverloadedError:
        return OverloadedError("The queue is full")

    retries = Retries(most=1, draw=lambda: 0.0)
    with listening(BusyApp(refusals=1, error=busy)) as url:
        answer = run(url, lambda client: client.classify(b"image", model="m"), retries=retries, sleep=sleep)
    assert (answer.model_version, waits) == (7, [1.0])
    with listening(BusyApp(refusals=2, error=busy)) as url, pytest.raises(ServerBusyError, match="queue is full"):
        run(url, lambda client: client.classify(b"image", model="m"), retries=retries, sleep=sleep)


def test_an_address_that_nobody_answers_is_unreachable() -> None:
    with listening(BusyApp(refusals=0, error=lambda: OverloadedError(""))) as url:
        pass

    with pytest.raises(UnreachableError, match="check the address"):
        run(url, lambda client: client.classify(b"image", model="m"))
    assert not run(url, lambda client: client.ready())
