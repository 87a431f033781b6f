"""Makes .venv hold the pinned packages for this machine; `python3 -m requirements.install` at the repository root.

Needs nothing but a Python from 3.6 on, so that an interpreter that cannot run TFX still gets a sentence that says so.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterable, Optional, Tuple, Union

from requirements.interpreters import REPOSITORY, Interpreter, candidates, read_interpreter
from requirements.packages import PackagesError, install
from requirements.worlds import Refusal, World, choose_world

ENVIRONMENT = REPOSITORY / ".venv"
NEEDED_DISK_GIB = 10
STAMP = "tandem-stamp"
UNFINISHED = "tandem-unfinished"


class SetUpError(Exception):
    """The environment cannot be made; the message says why and what to do."""


def main() -> int:
    """Bring .venv up to date and return the exit status."""
    try:
        if not is_current(ENVIRONMENT):
            set_up(ENVIRONMENT)
    except (SetUpError, PackagesError) as error:
        sys.stderr.write("Cannot set up: {}\n".format(error))
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nThe set-up is unfinished: the same command makes it afresh.\n")
        return 130
    return 0


def is_current(environment: Path) -> bool:
    """Tell whether an environment is the finished set-up of today's pinned list."""
    try:
        list_path, digest = (environment / STAMP).read_text().split()
        is_same = digest == fingerprint(list_path)
    except (OSError, ValueError):
        return False
    return is_same and _python(environment).exists() and not (environment / UNFINISHED).exists()


def fingerprint(list_path: str) -> str:
    """Return the hash of the list and the code that decide what an environment holds.

    Args:
        list_path: The pinned list, relative to the repository root.
    """
    digest = hashlib.sha256((REPOSITORY / list_path).read_bytes())
    for module in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()


def set_up(environment: Path) -> None:
    """Make or update an environment and leave the stamp that `is_current` reads.

    Raises:
        SetUpError: This machine lacks something that the set-up needs.
        PackagesError: The packages could not be installed.
    """
    world = world_of(environment)
    if world is None:
        interpreter, world = choose_interpreter(candidates())
        _say("Python {} at {}.".format(".".join(map(str, interpreter.python)), interpreter.executable))
        _create(environment, interpreter)
    _say(world.reason)
    _say("Installing {} into {}: minutes, and about 9 GB on Linux.".format(world.list_path, environment.name))
    (environment / UNFINISHED).touch()
    install(_python(environment), REPOSITORY / world.list_path)
    (environment / STAMP).write_text("{} {}\n".format(world.list_path, fingerprint(world.list_path)))
    (environment / UNFINISHED).unlink()
    _say("The environment {} is ready.".format(environment.name))


def world_of(environment: Path) -> Optional[World]:
    """Return the world of an environment that can be updated in place, or None when it has to be made afresh.

    One whose last set-up was cut short may hold half a package that looks installed, so it is never updated.
    """
    if (environment / UNFINISHED).exists() or not _python(environment).with_name("pip").exists():
        return None
    interpreter = read_interpreter(str(_python(environment)))
    verdict = judge(interpreter) if interpreter else None
    return verdict if isinstance(verdict, World) else None


def choose_interpreter(found: Iterable[Interpreter]) -> Tuple[Interpreter, World]:
    """Return the first interpreter that can run TFX here and its world, saying which was passed over and why.

    Raises:
        SetUpError: None can; the message is about the first, the one that a person expects to be used.
    """
    first_reason = ""
    for interpreter in found:
        verdict = judge(interpreter)
        if isinstance(verdict, World):
            if first_reason:
                _say("{}\nAnother Python on this machine can do it.".format(first_reason))
            return interpreter, verdict
        first_reason = first_reason or verdict.reason
    raise SetUpError(first_reason)


def judge(interpreter: Interpreter) -> Union[World, Refusal]:
    """Return the world that an interpreter belongs to, or why it cannot be used."""
    verdict = choose_world(
        interpreter.python, interpreter.system, interpreter.machine, interpreter.base, interpreter.base_version
    )
    if isinstance(verdict, World) and interpreter.missing:
        return Refusal(
            "{} lacks {}: install what is missing first (on Debian and Ubuntu the packages g++, python3-dev and "
            "python3-venv).".format(interpreter.executable, " and ".join(interpreter.missing))
        )
    return verdict


def _create(environment: Path, interpreter: Interpreter) -> None:
    if environment.exists():
        _say("Removing {}: unfinished, or made with a Python that cannot be used here.".format(environment.name))
        shutil.rmtree(str(environment))
    free_gib = shutil.disk_usage(str(environment.parent)).free / 2**30
    if free_gib < NEEDED_DISK_GIB:
        raise SetUpError(
            "{:.1f} GiB are free at {}, and TFX with PyTorch takes {}: free some space and run this again.".format(
                free_gib, environment.parent, NEEDED_DISK_GIB
            )
        )
    environment.mkdir()
    (environment / UNFINISHED).touch()
    if subprocess.call([interpreter.executable, "-m", "venv", str(environment)]) != 0:
        raise SetUpError("{} -m venv failed; its lines above say why.".format(interpreter.executable))


def _python(environment: Path) -> Path:
    return environment / "bin" / "python"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
