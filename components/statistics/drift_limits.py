"""Which features of images are watched for drift, and how far each may move; known without TensorFlow."""

from collections.abc import Mapping

from trainers import features

WORDS = (features.LABEL, features.FORMAT)
"""Features whose values are words: what moves is the share of each."""
NUMBERS = (features.HEIGHT, features.WIDTH, features.CHANNELS, features.SIZE_BYTES, features.BRIGHTNESS)
"""Features whose values are numbers: what moves is their histogram."""
DRIFT_LIMITS: Mapping[str, float] = dict.fromkeys((*WORDS, *NUMBERS), 0.1)
"""Feature to the largest distance that is no drift, 0 to 1.

Chance alone makes 0.25 of 20 images and less than 0.06 of 300;
brightness that has moved by half of its standard deviation is at 0.06, by a whole one at 0.18."""
ENOUGH_IMAGES = 300
"""Images of which chance alone makes no drift by these limits."""
