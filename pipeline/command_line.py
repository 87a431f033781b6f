"""What the commands have in common at the shell; loads nothing beyond the standard library."""

import argparse
import signal
from collections.abc import Sequence
from types import FrameType
from typing import Any, NoReturn


def read_words(
    parser: argparse.ArgumentParser, arguments: Sequence[str] | None
) -> tuple[argparse.Namespace, list[str], list[str]]:
    """Return the options, the words that are none, and the options that there are, for the door to compare."""
    options, unknown = parser.parse_known_args(arguments)
    return options, unknown, option_strings(parser)


def option_strings(parser: argparse.ArgumentParser) -> list[str]:
    """Return how the options of a parser are written."""
    return [string for action in parser._actions for string in action.option_strings]


def end_on_sigterm() -> None:
    """From now on end on SIGTERM as on Ctrl-C: what was started is ended, nothing is half-written."""
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def place_settings(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options that say where images, root and models are, as nested settings."""
    names = ("root", "push_dir", "model_name")
    settings: dict[str, Any] = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    if options.data is not None:
        settings["data"] = {"path": options.data}
    return settings
