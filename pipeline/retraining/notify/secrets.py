"""Secrets: read where the settings point to, each time anew, and kept out of everything that is written."""

import os
from pathlib import Path

from pipeline.errors import PipelineError


def read_secret(*, variable: str | None, file: Path | None, what: str) -> str:
    """Return a secret from an environment variable or a file.

    Args:
        variable: Name of the variable, or None.
        file: The file, or None; spaces and line ends around the secret are taken off.
        what: What it is, for the message.

    Raises:
        PipelineError: It is not there; the message says where it was looked for.
    """
    if variable is not None:
        value, place = os.environ.get(variable, ""), f"environment variable {variable}"
    else:
        place = f"file {file}"
        try:
            value = Path(str(file)).read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise PipelineError(f"{what}: {place} cannot be read: {_reason(error)}") from None
    if not value.strip():
        raise PipelineError(f"{what}: {place} is empty or not set")
    return value.strip()


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else "it is no text"
