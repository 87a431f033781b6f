import pytest

from components.errors import ComponentError
from pipeline.runners.worker import is_transient
from trainers.errors import ModelSourceError, ProcessLostError


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
        (ComponentError("too many corrupt images"), False),
        (caused(RuntimeError("in TFX"), ModelSourceError("no such model")), False),
        (caused(ModelSourceError("cannot be read"), OSError("disk")), False),
        (caused(RuntimeError("in TFX"), ProcessLostError("killed by SIGKILL")), True),
        (MemoryError(), False),
    ],
)
def test_only_what_may_pass_by_itself_is_transient(error: Exception, expected: bool) -> None:
    assert is_transient(error) is expected
