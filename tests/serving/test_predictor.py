"""The core, on real bundles of flat colours and a real event loop."""

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from tiny_bundles import BLUE, GREEN, RED, encode, expected, write_bundle

from serving.backends.base import Answers, Image
from serving.backends.opening import Opener
from serving.errors import (
    DeadlineError,
    InvalidRequestError,
    NotFoundError,
    OverloadedError,
    RequestError,
    TooLargeError,
    UnavailableError,
)
from serving.prediction import ModelName, PredictorLimits
from serving.predictor import Predictor
from serving.versions.registry import Registry

COLOURS = ModelName(name="colours")
MakePredictor = Callable[..., Predictor]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[MakePredictor]:
    made: list[Predictor] = []

    def make_predictor(**limits: float) -> Predictor:
        registry = Registry()
        opener = Opener(backend="onnx", threads=1, cores=1, max_batch_images=4, max_pixels=10_000)
        for number, sharpness in ((1, 1.0), (2, 5.0)):
            folder = tmp_path / str(number)
            shutil.rmtree(folder, ignore_errors=True)
            write_bundle(folder, sharpness=sharpness)
            registry.publish(opener.open("colours", number, folder))
        chosen = {
            "workers": 1,
            "max_batch_images": 4,
            "max_queue_images": 50,
            "max_queue_seconds": 30,
            "max_request_images": 10,
            "timeout_seconds": 60,
        } | limits
        made.append(Predictor(registry, PredictorLimits(**chosen), log_failure=print))  # type: ignore[arg-type]
        return made[-1]

    yield make_predictor
    for predictor in made:
        predictor.close()


def test_images_of_a_request_are_answered_in_order_by_the_newest_version(make: MakePredictor) -> None:
    prediction = asyncio.run(make().classify(COLOURS, [encode(GREEN), encode(RED, height=7), encode(BLUE)]))

    assert prediction.version.number == 2
    for result, colour in zip(prediction.probabilities_NK, (GREEN, RED, BLUE), strict=True):
        np.testing.assert_allclose(result, expected(colour, sharpness=5.0), atol=1e-6)
    assert [prediction.label_of(image)[0] for image in range(3)] == ["green", "red", "blue"]
    assert prediction.label_of(0)[1] == pytest.approx(expected(GREEN, sharpness=5.0)[1])


def test_many_requests_at_once_get_their_own_answers(make: MakePredictor) -> None:
    predictor = make(workers=2)
    colours = [(RED, GREEN, BLUE)[number % 3] for number in range(40)]
    names = [ModelName(name="colours", version=1 + number % 2) for number in range(40)]

    async def ask_all() -> list[tuple[int, int]]:
        predictions = await asyncio.gather(
            *(predictor.classify(name, [encode(colour)]) for name, colour in zip(names, colours, strict=True))
        )
        return [(each.version.number, int(each.probabilities_NK[0].argmax())) for each in predictions]

    assert asyncio.run(ask_all()) == [(1 + number % 2, number % 3) for number in range(40)]


@pytest.mark.parametrize(
    ("name", "images", "error", "message"),
    [
        (COLOURS, [], InvalidRequestError, "holds no image"),
        (COLOURS, [b"words"], InvalidRequestError, "^the bytes are not a JPEG or PNG"),
        (COLOURS, [encode(RED), b""], InvalidRequestError, "^image 1: the file has no bytes"),
        (COLOURS, [encode(RED, width=101, height=100)], InvalidRequestError, "10100|101 x 100"),
        (COLOURS, [b""] * 11, TooLargeError, "11 images, more than 10"),
        (ModelName(name="shapes"), [b""], NotFoundError, "shapes"),
    ],
)
def test_a_request_that_cannot_be_answered_says_why(
    make: MakePredictor, name: ModelName, images: list[bytes], error: type[RequestError], message: str
) -> None:
    with pytest.raises(error, match=message):
        asyncio.run(make().classify(name, images))


def test_a_full_queue_refuses_at_once_and_recovers(make: MakePredictor) -> None:
    predictor = make(max_queue_images=10)

    async def overload() -> list[object]:
        requests = [predictor.classify(COLOURS, [encode(RED)] * 10) for _ in range(6)]
        answers: list[object] = list(await asyncio.gather(*requests, return_exceptions=True))
        answers.append(await predictor.classify(COLOURS, [encode(RED)]))
        return answers

    *first, last = asyncio.run(overload())

    assert any(isinstance(answer, OverloadedError) for answer in first)
    assert not isinstance(last, Exception)


def test_no_version_stays_held_after_its_requests_whatever_became_of_them(make: MakePredictor) -> None:
    predictor = make(max_queue_images=10, timeout_seconds=1e-6)

    async def ask() -> None:
        requests = [predictor.classify(COLOURS, [image] * 10) for image in (encode(RED), b"words") for _ in range(4)]
        answers = await asyncio.gather(*requests, return_exceptions=True)
        assert all(isinstance(answer, DeadlineError | OverloadedError) for answer in answers)

    asyncio.run(ask())
    predictor.close()

    assert predictor.registry.peek("colours").holders == 0


def test_a_caller_can_wait_for_less_than_the_limit_but_not_for_more(make: MakePredictor) -> None:
    patient, hasty = make(), make(timeout_seconds=1e-6)

    with pytest.raises(DeadlineError):
        asyncio.run(patient.classify(COLOURS, [encode(RED)] * 10, timeout_seconds=1e-6))
    with pytest.raises(DeadlineError):
        asyncio.run(hasty.classify(COLOURS, [encode(RED)] * 10, timeout_seconds=60))


def test_a_closed_predictor_sends_callers_away(make: MakePredictor) -> None:
    predictor = make()
    predictor.close()

    with pytest.raises(UnavailableError, match="stopping"):
        asyncio.run(predictor.classify(COLOURS, [encode(RED)]))


def test_a_small_image_of_a_quick_model_is_answered_at_once_and_any_other_by_the_workers(make: MakePredictor) -> None:
    predictor = make()
    threads: list[str] = []
    version = predictor.registry.loaded("colours")[2]
    classify = version.backend.classify

    def note_thread(images: Sequence[Image]) -> Answers:
        threads.append(threading.current_thread().name)
        return classify(images)

    version.backend.classify = note_thread  # type: ignore[method-assign]
    version.quick_pixels = 64

    small = asyncio.run(predictor.classify(COLOURS, [encode(GREEN, height=8, width=8)]))
    large = asyncio.run(predictor.classify(COLOURS, [encode(GREEN, height=9, width=8)]))
    several = asyncio.run(predictor.classify(COLOURS, [encode(GREEN, height=8, width=8)] * 2))

    assert threads == ["MainThread", "worker-0", "worker-0"]
    assert version.holders == 0
    for prediction in (small, large, several):
        np.testing.assert_allclose(prediction.probabilities_NK[0], expected(GREEN, sharpness=5.0), atol=1e-6)
