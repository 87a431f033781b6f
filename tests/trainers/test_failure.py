import pytest

from trainers.errors import ModelSourceError, TrainerError, TransientError
from trainers.export.errors import ExportError
from trainers.failure import explain, is_transient

USER_ERRORS = (ExportError, TrainerError)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(28, "No space left on device"), True),
        (ConnectionResetError("gone"), True),
        (RuntimeError("in Beam"), False),
        (caused(RuntimeError("in Beam"), TimeoutError("slow disk")), True),
        (FileNotFoundError(2, "no such file"), False),
        (ExportError("too many corrupt images"), False),
        (caused(RuntimeError("in TFX"), ModelSourceError("no such model")), False),
        (caused(ModelSourceError("cannot be read"), OSError("disk")), False),
        (caused(RuntimeError("in TFX"), TransientError("killed by SIGKILL")), True),
        (MemoryError(), False),
    ],
)
def test_only_what_may_pass_by_itself_is_transient(error: Exception, expected: bool) -> None:
    assert is_transient(error, USER_ERRORS) is expected


def test_the_message_meant_for_the_user_is_found_behind_the_others() -> None:
    error = caused(RuntimeError("in TFX"), ModelSourceError("no such model"))

    assert explain(error, USER_ERRORS) == "no such model"
    assert explain(ValueError("odd\nmore"), USER_ERRORS) == "ValueError: odd; the traceback is in the log"
