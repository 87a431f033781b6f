"""What an interpreter is and stands on, and which interpreters there are to choose from.

Run as a module it prints the facts of the interpreter that runs it, which is how those of another one are read.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional, Tuple

REPOSITORY = Path(__file__).resolve().parents[1]
PREFERRED_COMMANDS = ("python3.11", "python3.12", "python3.13", "python3.10")
COMPILERS = ("c++", "g++", "clang++")

Version = Tuple[int, ...]


class Interpreter(NamedTuple):
    """The facts of one interpreter that decide whether TFX can be installed with it."""

    executable: str
    """Absolute path."""
    python: Version
    """Its version, three numbers."""
    system: str
    """As `platform.system()` names it: Linux, Darwin, Windows."""
    machine: str
    """As `platform.machine()` names it: x86_64, arm64, aarch64."""
    base: str
    """What wheels are built against: glibc or musl on Linux, macos on Darwin, else the system's name."""
    base_version: Version
    """Version of that base, two numbers; empty when unknown."""
    missing: List[str]
    """What is lacking for making an environment and for building the one package that has no wheel."""


def this_interpreter() -> Interpreter:
    """Return the facts of the running interpreter."""
    base, base_version = _base()
    return Interpreter(
        # The real file: in an activated .venv the other name vanishes when .venv is made afresh.
        executable=os.path.realpath(sys.executable),
        python=tuple(sys.version_info[:3]),
        system=platform.system(),
        machine=platform.machine(),
        base=base,
        base_version=base_version,
        missing=_missing(),
    )


def read_interpreter(executable: str) -> Optional[Interpreter]:
    """Return the facts of another interpreter, or None when it does not start."""
    # Version managers put commands on PATH that do no more than say that their version is switched off.
    command = [executable, "-m", "requirements.interpreters"]
    try:
        answer = subprocess.check_output(command, stderr=subprocess.DEVNULL, cwd=str(REPOSITORY))
    except (OSError, subprocess.CalledProcessError):
        return None
    facts = json.loads(answer.decode())
    facts["python"] = tuple(facts["python"])
    facts["base_version"] = tuple(facts["base_version"])
    return Interpreter(**facts)


def candidates() -> Iterator[Interpreter]:
    """Yield the running interpreter, then those of the supported versions that are on PATH and start."""
    yield this_interpreter()
    for command in PREFERRED_COMMANDS:
        path = shutil.which(command)
        found = read_interpreter(path) if path else None
        if found:
            yield found


def _base() -> Tuple[str, Version]:
    system = platform.system()
    if system == "Darwin":
        return "macos", _two_numbers(platform.mac_ver()[0])
    if system != "Linux":
        return system, ()
    try:
        name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    except (ValueError, OSError):
        name, version = platform.libc_ver()
    return ("glibc", _two_numbers(version)) if name == "glibc" else ("musl", ())


def _two_numbers(version: str) -> Version:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def _missing() -> List[str]:
    missing = []
    if not any(shutil.which(compiler) for compiler in COMPILERS):
        missing.append("a C++ compiler")
    if not os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")):
        missing.append("Python's C headers")
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        missing.append("Python's venv and ensurepip modules")
    return missing


if __name__ == "__main__":
    sys.stdout.write(json.dumps(this_interpreter()._asdict()))
