import pytest

from serving.client.errors import ClientError, ServerBusyError, ServerTimeoutError, UnreachableError
from serving.client.retries import Retries

BUSY = ServerBusyError("busy", retry_after_seconds=2)


@pytest.mark.parametrize(("draw", "wait"), [(0.0, 2.0), (1.0, 2.5)])
def test_the_wait_is_the_server_s_wish_and_up_to_a_quarter_more(draw: float, wait: float) -> None:
    retries = Retries(draw=lambda: draw)

    assert retries.choose_wait(BUSY, retry=0, left_seconds=10) == pytest.approx(wait)


@pytest.mark.parametrize(
    "error", [ServerBusyError("no wish"), ServerTimeoutError("late"), UnreachableError("gone")], ids=str
)
def test_what_may_have_been_done_is_not_asked_again(error: ClientError) -> None:
    assert Retries().choose_wait(error, retry=0, left_seconds=100) is None


def test_tries_and_time_are_bounded() -> None:
    assert Retries(most=2).choose_wait(BUSY, retry=1, left_seconds=10) is not None
    assert Retries(most=2).choose_wait(BUSY, retry=2, left_seconds=10) is None
    assert Retries(most=0).choose_wait(BUSY, retry=0, left_seconds=10) is None
    assert Retries().choose_wait(BUSY, retry=0, left_seconds=1.9) is None
