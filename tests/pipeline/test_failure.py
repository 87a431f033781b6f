from components.errors import DataError
from pipeline.failure import explain, is_for_users
from trainers.config import TrainConfig


def chained() -> BaseException:
    try:
        try:
            raise DataError("mend the data")
        except DataError as error:
            raise RuntimeError("Beam failed\nwith a long story") from error
    except RuntimeError as error:
        return error


def test_a_message_for_the_user_is_found_below_other_errors() -> None:
    assert is_for_users(chained())
    assert explain(chained()) == "mend the data"


def test_other_errors_give_their_kind_and_first_line() -> None:
    error = OSError("disk full\nmore")

    assert not is_for_users(error)
    assert explain(error) == "OSError: disk full; the traceback is in the log"


def test_a_setting_that_a_run_got_wrong_is_named() -> None:
    try:
        TrainConfig(epochs=0)
    except ValueError as error:
        assert explain(error) == "TrainConfig.epochs: Input should be greater than or equal to 1, got 0"
