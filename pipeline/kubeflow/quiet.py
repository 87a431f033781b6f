"""Keep off the screen what frameworks print while they load, unless something fails."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator

_STANDARD_ERROR = 2


@contextlib.contextmanager
def quiet_standard_error() -> Iterator[None]:
    """Hold back standard error, also what native code writes; show it after all when the block fails."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as held_back:
        screen = os.dup(_STANDARD_ERROR)
        os.dup2(held_back.fileno(), _STANDARD_ERROR)
        try:
            yield
        except BaseException:
            sys.stderr.flush()
            held_back.seek(0)
            os.write(screen, held_back.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(screen, _STANDARD_ERROR)
            os.close(screen)
