"""The two frameworks that can train a model."""

from typing import Literal

Framework = Literal["keras", "pytorch"]
"""Which side trains; also how events and histories name it."""
