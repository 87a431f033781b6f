"""Facts of an image under the names of their features, for whoever writes examples or compares with them."""

from serving.image_facts import ImageFacts
from trainers import features

FactValue = bytes | int | float


def to_features(facts: ImageFacts) -> dict[str, FactValue]:
    """Return feature name to value; `trainers.features` has the units. What is not known is left out."""
    values: dict[str, FactValue | None] = {
        features.FORMAT: None if facts.format is None else facts.format.encode(),
        features.HEIGHT: facts.height,
        features.WIDTH: facts.width,
        features.CHANNELS: facts.channels,
        features.SIZE_BYTES: facts.size_bytes,
        features.BRIGHTNESS: facts.brightness,
    }
    return {name: value for name, value in values.items() if value is not None}
