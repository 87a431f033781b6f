"""What the `model` setting may say: a built-in name, a model of a library, or a function of the user's own.

A user's function keeps this contract, in a file (`models/mine.py:build_model`) or in a module that Python can import
(`my_package.models:build_model`):

    def build_model(*, num_classes: int, image_shape: tuple[int, int, int]) -> keras.Model | torch.nn.Module

It returns a model with logits, float [N, num_classes], as its output: no softmax. `image_shape` is (height, width,
channels). A Keras model takes pixels float32 [N, height, width, channels], a PyTorch one [N, channels, height, width].
"""

from dataclasses import dataclass
from typing import Literal, get_args

from trainers.did_you_mean import did_you_mean
from trainers.errors import ModelSourceError
from trainers.framework import Framework
from trainers.models.architectures import BUILT_IN_MODELS

Library = Literal["keras_applications", "torchvision", "timm"]
"""Where classification models come from by name."""
LIBRARY_FRAMEWORKS: dict[Library, Framework] = {
    "keras_applications": "keras",
    "torchvision": "pytorch",
    "timm": "pytorch",
}
"""Which side trains the models of a library."""
_FORMS = (
    "a built-in name, keras_applications:NAME, torchvision:NAME, timm:NAME, path/to/file.py:FUNCTION or "
    "dotted.module:FUNCTION"
)


@dataclass(frozen=True)
class BuiltInModel:
    """One of the models that Tandem brings along."""

    name: str
    """One of BUILT_IN_MODELS."""


@dataclass(frozen=True)
class LibraryModel:
    """A classification model of a library."""

    library: Library
    name: str
    """As the library calls it: `MobileNetV2` in keras.applications, `resnet18` in torchvision, `resnet18.a1_in1k` in
    timm."""

    @property
    def framework(self) -> Framework:
        """Which side trains it."""
        return LIBRARY_FRAMEWORKS[self.library]


@dataclass(frozen=True)
class UserModel:
    """A function of the user's own that builds a model."""

    location: str
    """Path of a Python file, or dotted name of a module."""
    function: str
    """Name of the function in it."""

    @property
    def is_file(self) -> bool:
        """Whether the location is a file path and not a module name."""
        return self.location.endswith(".py")


ModelSource = BuiltInModel | LibraryModel | UserModel


def parse_model_source(source: str) -> ModelSource:
    """Parse the `model` setting; looks at the text alone, not at files.

    Raises:
        ModelSourceError: The text has none of the forms, or an unknown built-in name.
    """
    location, colon, function = source.rpartition(":")
    if not colon:
        return _parse_built_in(source)
    for library in get_args(Library):
        if location == library and function:
            return LibraryModel(library, function)
    if not function.isidentifier():
        raise ModelSourceError(f"model {source!r}: {function!r} after the colon is no name; give {_FORMS}.")
    is_module_name = all(part.isidentifier() for part in location.split("."))
    if not (location.endswith(".py") or is_module_name):
        raise ModelSourceError(f"model {source!r}: {location!r} is no .py file and no dotted module; give {_FORMS}.")
    return UserModel(location, function)


def _parse_built_in(source: str) -> BuiltInModel:
    if source in BUILT_IN_MODELS:
        return BuiltInModel(source)
    if source.endswith(".py"):
        raise ModelSourceError(f"model {source!r} does not say which function; give {source}:build_model, for example.")
    hint = did_you_mean(source, BUILT_IN_MODELS)
    raise ModelSourceError(f"model {source!r} is not built in ({', '.join(BUILT_IN_MODELS)}); give {_FORMS}.{hint}")
