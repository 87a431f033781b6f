"""TensorFlow Data Validation, imported at one place: TFX goes first, which on older systems puts in what it misses."""

import tfx  # noqa: F401

# isort: split
import tensorflow_data_validation as tfdv

__all__ = ["tfdv"]
