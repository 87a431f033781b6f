"""evaluation.json beside a bundle, and its checksum in the form that `sha256sum --check` reads.

The files appear together with the version folder, which is renamed into place whole. A bundle without them is complete.
"""

import hashlib
from pathlib import Path

from pydantic import ValidationError

from serving.broken_rules import name_broken_rules
from serving.errors import EvaluationError
from serving.evaluation import EVALUATION_FORMAT_VERSION, Evaluation

EVALUATION_FILE = "evaluation.json"
EVALUATION_CHECKSUM_FILE = "evaluation.json.sha256"
EVALUATION_FILES = (EVALUATION_FILE, EVALUATION_CHECKSUM_FILE)


def write_evaluation(directory: Path, evaluation: Evaluation) -> None:
    """Write both files into a folder that no reader knows yet; the caller makes them durable."""
    content = (evaluation.model_dump_json(indent=2) + "\n").encode()
    (directory / EVALUATION_FILE).write_bytes(content)
    (directory / EVALUATION_CHECKSUM_FILE).write_text(_checksum_line(content), encoding="ascii")


def read_evaluation(directory: Path) -> Evaluation | None:
    """Return the evaluation, or None where there is none, as in folders that were pushed without one.

    Raises:
        EvaluationError: The file is not as it was written, one of the two is missing, or the format is unknown.
    """
    content, line = (_read(directory / name) for name in EVALUATION_FILES)
    if content is None and line is None:
        return None
    if content is None or line is None:
        raise EvaluationError(f"{EVALUATION_FILE if content is None else EVALUATION_CHECKSUM_FILE} is missing")
    if line != _checksum_line(content).encode():
        raise EvaluationError(f"{EVALUATION_FILE} does not have the SHA-256 that {EVALUATION_CHECKSUM_FILE} says")
    try:
        return Evaluation.model_validate_json(content)
    except ValidationError as error:
        rules = "; ".join(name_broken_rules(error))
        raise EvaluationError(
            f"{EVALUATION_FILE} is not an evaluation of format_version {EVALUATION_FORMAT_VERSION} ({rules})"
        ) from None


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _checksum_line(content: bytes) -> str:
    return f"{hashlib.sha256(content).hexdigest()}  {EVALUATION_FILE}\n"
