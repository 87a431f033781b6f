"""What the files of `docker/` say, for the tests of images."""

import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]


class Instruction(NamedTuple):
    name: str
    """In capitals."""
    value: str
    """What follows the name, with continued lines joined."""


def read_dockerfile(name: str) -> list[Instruction]:
    text = (ROOT / "docker" / f"{name}.Dockerfile").read_text()
    lines = "\n".join(line for line in text.splitlines() if line and not line.startswith("#"))
    joined = re.sub(r"\s*\\\n\s*", " ", lines)
    return [Instruction(*line.split(" ", 1)) for line in joined.splitlines()]


def values(instructions: list[Instruction], name: str) -> list[str]:
    return [each.value for each in instructions if each.name == name]


def final_stage(instructions: list[Instruction]) -> list[Instruction]:
    """Return what makes the image that is kept."""
    last = max(index for index, each in enumerate(instructions) if each.name == "FROM")
    return instructions[last:]


def base_images(instructions: list[Instruction]) -> list[str]:
    """Return the images of all stages, with the defaults of the build's arguments filled in."""
    defaults = dict(argument.split("=", 1) for argument in values(instructions, "ARG"))
    froms = [value.split()[0] for value in values(instructions, "FROM")]
    return [re.sub(r"\$\{(\w+)\}", lambda match: defaults[match[1]], image) for image in froms]


def copied_from_repository(instructions: list[Instruction]) -> set[str]:
    copies = [value.split() for value in values(instructions, "COPY") if not value.startswith("--from")]
    return {source for *sources, _ in copies for source in sources}


def let_into_build(name: str) -> set[str]:
    lines = (ROOT / "docker" / f"{name}.Dockerfile.dockerignore").read_text().splitlines()
    assert "*" in lines
    return {line[1:] for line in lines if line.startswith("!")}


def run_by_this_python(exec_form: str) -> list[str]:
    """Return a command of a Dockerfile, which must be a JSON list, as one that runs here."""
    program, *arguments = json.loads(exec_form)
    assert program == "python"
    return [sys.executable, *arguments]
