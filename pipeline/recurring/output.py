"""Where generated files go: the screen, one file, or a folder; each file appears whole or not at all."""

import sys
from collections.abc import Mapping
from pathlib import Path

from pipeline.durable_file import write_durably
from pipeline.errors import UsageError

SCREEN = "-"


def write_files(files: Mapping[str, str], output: str) -> tuple[Path, ...]:
    """Write files and return their paths; on the screen a comment with the name stands above each of several.

    Args:
        files: Name to text.
        output: `-`, a folder (an existing one, or a name that ends in `/`), or, for a single file, its path.

    Raises:
        UsageError: Something cannot be written there.
    """
    if output == SCREEN:
        for name, text in files.items():
            sys.stdout.write(f"# {name}\n{text}" if len(files) > 1 else text)
        return ()
    path = Path(output)
    if len(files) == 1 and not output.endswith("/") and not path.is_dir():
        targets = {path: next(iter(files.values()))}
    else:
        targets = {path / name: text for name, text in files.items()}
    for target, text in targets.items():
        _write(target, text)
    return tuple(targets)


def _write(target: Path, text: str) -> None:
    try:
        write_durably(target, text.encode())
    except OSError as error:
        raise UsageError([f"--output {target} cannot be written: {error.strerror}"]) from error
