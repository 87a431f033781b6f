"""The two frameworks that can train a model."""

from typing import Literal

Framework = Literal["keras", "pytorch"]
"""Which side trains; also how events and histories name it."""

FRAMEWORK_TITLES: dict[Framework, str] = {"keras": "Keras", "pytorch": "PyTorch"}
"""How each writes its name."""
