"""What the `weights` setting may say: nothing, a file, a name of the model's library, or a model pushed before."""

import re
from dataclasses import dataclass

from trainers.did_you_mean import did_you_mean
from trainers.errors import WeightsError
from trainers.framework import Framework

NONE = "none"
WEIGHT_FILE_SUFFIXES: dict[Framework, tuple[str, ...]] = {
    "keras": (".weights.h5", ".keras", ".safetensors"),
    "pytorch": (".pt", ".pth", ".safetensors"),
}
"""Files that each side reads."""
PUSHED, PUSHED_OR_NONE = "pushed", "pushed_or_none"
_ALL_SUFFIXES = tuple(dict.fromkeys(suffix for suffixes in WEIGHT_FILE_SUFFIXES.values() for suffix in suffixes))
_LIBRARY_NAME = re.compile(r"imagenet|DEFAULT|[A-Z][A-Z0-9_]*")
_FORMS = (
    f"none, a file ({', '.join(_ALL_SUFFIXES)}), imagenet, DEFAULT, another name like IMAGENET1K_V2, {PUSHED} or"
    f" {PUSHED_OR_NONE}"
)


@dataclass(frozen=True)
class WeightsFile:
    """A file of weights."""

    path: str


@dataclass(frozen=True)
class LibraryWeights:
    """Weights that the model's library downloads."""

    name: str
    """`imagenet` and `DEFAULT` mean the library's best; others as the library calls them."""

    @property
    def is_default(self) -> bool:
        """Whether the library's best are asked for."""
        return self.name in {"imagenet", "DEFAULT"}


@dataclass(frozen=True)
class PushedWeights:
    """The weights of a model that was pushed before."""

    version: str
    """Number of the version; empty for the newest that the framework trained."""
    or_none: bool = False
    """Whether training starts from random weights where there is none yet."""


WeightsSource = WeightsFile | LibraryWeights | PushedWeights


def parse_weights_source(source: str) -> WeightsSource | None:
    """Parse the `weights` setting; looks at the text alone, not at files. None: random weights.

    Raises:
        WeightsError: The text has none of the forms.
    """
    if source == NONE:
        return None
    if source.endswith(_ALL_SUFFIXES):
        return WeightsFile(source)
    if source == PUSHED_OR_NONE:
        return PushedWeights("", or_none=True)
    name, colon, version = source.partition(":")
    if name == PUSHED and (version.isdecimal() or not colon):
        return PushedWeights(version)
    if _LIBRARY_NAME.fullmatch(source):
        return LibraryWeights(source)
    hint = did_you_mean(source, (NONE, PUSHED, PUSHED_OR_NONE, "imagenet", "DEFAULT"))
    raise WeightsError(f"weights {source!r} are not known; give {_FORMS}.{hint}")


def are_trained_on_these_classes(source: WeightsSource | None) -> bool:
    """Return whether weights come from a training like this one, head included, and not from a library or nowhere."""
    return isinstance(source, WeightsFile | PushedWeights)
