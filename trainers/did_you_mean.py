"""The nearest right word for a mistyped one; serving has it too, so it lives in the lowest package."""

from serving.did_you_mean import did_you_mean

__all__ = ["did_you_mean"]
