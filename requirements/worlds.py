"""Which pinned list fits a system: TFX 1.21 has wheels for few of them.

Runs on any Python from 3.6, so that an old interpreter gets a sentence and not a syntax error.
"""

from typing import NamedTuple, Tuple, Union

MODERN_LIST = "requirements/modern.txt"
OLDER_GLIBC_LIST = "requirements/older-glibc.txt"
SUPPORTED_PYTHONS = ((3, 10), (3, 11), (3, 12), (3, 13))
OLDER_GLIBC_PYTHONS = ((3, 10), (3, 11))
MODERN_GLIBC = (2, 39)
OLDEST_GLIBC = (2, 28)
OLDEST_MACOS = (14, 0)

Version = Tuple[int, ...]


class World(NamedTuple):
    """A pinned list and the reason it was chosen."""

    list_path: str
    """Path of the list, relative to the repository root."""
    reason: str
    """One sentence for the person who runs the set-up."""


class Refusal(NamedTuple):
    """Why nothing can be installed on a system."""

    reason: str
    """One sentence that names the obstacle and a way out."""


def choose_world(python: Version, system: str, machine: str, base: str, base_version: Version) -> Union[World, Refusal]:
    """Choose the pinned list for a system, or say why there is none.

    Args:
        python: Version of the interpreter; the first two numbers count.
        system: As `platform.system()` names it: Linux, Darwin, Windows.
        machine: As `platform.machine()` names it: x86_64, arm64, aarch64.
        base: What wheels are built against: glibc or musl on Linux, macos on Darwin.
        base_version: Version of that base; empty when it could not be found out.
    """
    python_name = _dotted(python[:2])
    if python[:2] not in SUPPORTED_PYTHONS:
        return Refusal(
            "Python {} is not supported: TFX 1.21 runs on Python 3.10 to 3.13, so install one of these "
            "(3.11 works everywhere).".format(python_name)
        )
    if system == "Darwin":
        return _choose_for_macos(machine, base_version)
    if system == "Linux":
        return _choose_for_linux(python, machine, base, base_version)
    return Refusal(
        "{} is not supported: TFX has wheels for Linux and macOS only, so use a Linux container.".format(system)
    )


def _choose_for_macos(machine: str, macos_version: Version) -> Union[World, Refusal]:
    if machine != "arm64":
        return Refusal(
            "macOS on {} is not supported: TFX 1.21 and PyTorch have wheels for Apple silicon only, so use such a "
            "machine, or Linux on x86_64.".format(machine)
        )
    if macos_version < OLDEST_MACOS:
        return Refusal(
            "macOS {} is not supported: PyTorch 2.14 needs macOS {} or later.".format(
                _dotted(macos_version), _dotted(OLDEST_MACOS[:1])
            )
        )
    return World(MODERN_LIST, "macOS {} on arm64 has every TFX 1.21 wheel.".format(_dotted(macos_version)))


def _choose_for_linux(python: Version, machine: str, base: str, base_version: Version) -> Union[World, Refusal]:
    if machine != "x86_64":
        return Refusal(
            "Linux on {} is not supported: ml-metadata, a part of TFX, has wheels for x86_64 only.".format(machine)
        )
    if base != "glibc":
        return Refusal(
            "Linux with {} is not supported: TensorFlow and TFX have wheels for glibc only, so use a "
            "distribution like Debian 13 or Ubuntu 24.04.".format(base)
        )
    glibc = "glibc {}".format(_dotted(base_version))
    if base_version >= MODERN_GLIBC:
        return World(MODERN_LIST, "{} has every TFX 1.21 wheel.".format(glibc))
    if base_version < OLDEST_GLIBC:
        return Refusal("{} is too old: PyTorch 2.14 needs glibc {} or later.".format(glibc, _dotted(OLDEST_GLIBC)))
    if python[:2] not in OLDER_GLIBC_PYTHONS:
        return Refusal(
            "Python {} cannot be used with {}: TFX 1.21's wheels for it need glibc {} or later, so install Python "
            "3.11, or use a newer system such as Debian 13 or Ubuntu 24.04.".format(
                _dotted(python[:2]), glibc, _dotted(MODERN_GLIBC)
            )
        )
    return World(
        OLDER_GLIBC_LIST,
        "{} is older than {}, so ml-metadata 1.17.1 and tensorflow-data-validation 1.16.1 stand in for the 1.21 "
        "versions, which have no wheel here.".format(glibc, _dotted(MODERN_GLIBC)),
    )


def _dotted(version: Version) -> str:
    return ".".join(str(number) for number in version) or "of an unknown version"
