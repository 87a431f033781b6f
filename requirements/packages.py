"""Puts a complete pinned list into an environment: with uv where it can, else with pip."""

import re
import subprocess
import sys
from pathlib import Path
from typing import List


class PackagesError(Exception):
    """The packages could not be installed; the message says what to look at."""


def install(python: Path, pinned_list: Path) -> None:
    """Install every package of a list, nothing else, and compile them to bytecode.

    Args:
        python: Interpreter of the environment to fill; its environment has pip.
        pinned_list: Complete list, so that no dependency is looked up.

    Raises:
        PackagesError: Neither uv nor pip could install the list.
    """
    if not _succeeds(_uv_commands(python, pinned_list)):
        sys.stdout.write("uv could not install (its index may not be the one pip is set up for); using pip, slower.\n")
        sys.stdout.flush()
        if not _succeeds([_pip_command(python, "--no-compile", "-r", str(pinned_list))]):
            raise PackagesError(
                "pip could not install {}: its last lines above say which package; check the network and pip's "
                "index settings, then run the set-up again.".format(pinned_list)
            )
    # TFX and its clients are half a gigabyte of source, parsed at every start where Python may not write bytecode
    # (PYTHONDONTWRITEBYTECODE, read-only images). Some packages ship templates that are no valid Python: the exit
    # status says nothing.
    sys.stdout.write("Compiling bytecode, so that TFX imports in a third of the time.\n")
    sys.stdout.flush()
    subprocess.call([str(python), "-W", "ignore", "-m", "compileall", "-qq", "-j", "0", _site_packages(python)])


def pinned_version(pinned_list: Path, package: str) -> str:
    """Return the version a list gives a package that has one line in it.

    Raises:
        PackagesError: The list does not name the package.
    """
    match = re.search(r"^{}==([^\s;]+)".format(re.escape(package)), pinned_list.read_text(), re.MULTILINE)
    if match is None:
        raise PackagesError("{} does not pin {}: make it again with `make lock`.".format(pinned_list, package))
    return match.group(1)


def _uv_commands(python: Path, pinned_list: Path) -> List[List[str]]:
    uv = python.with_name("uv")
    return [
        _pip_command(python, "uv=={}".format(pinned_version(pinned_list, "uv"))),
        [str(uv), "pip", "sync", "--quiet", "--python", str(python), str(pinned_list)],
    ]


def _pip_command(python: Path, *arguments: str) -> List[str]:
    return [str(python), "-m", "pip", "install", "-qq", "--no-deps", "--disable-pip-version-check", *arguments]


def _succeeds(commands: List[List[str]]) -> bool:
    return all(subprocess.call(command) == 0 for command in commands)


def _site_packages(python: Path) -> str:
    code = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    return subprocess.check_output([str(python), "-c", code]).decode().strip()
