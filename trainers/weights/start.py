"""What a training starts from: a model, and the file that its weights come from."""

from pathlib import Path
from typing import Any, NamedTuple

from serving.bundle import WEIGHTS_FILE
from trainers.errors import WeightsError
from trainers.normalization import Normalization
from trainers.weights.source import PushedWeights, WeightsFile, WeightsSource


class StartModel(NamedTuple):
    """A model with the weights that its training starts from."""

    model: Any
    """From pixels of the Transform graph to logits."""
    expected: Normalization
    """What its weights expect of their pixels: the graph's normalisation, or what a first layer turns it into."""


def weights_path(source: WeightsSource | None, pushed_bundle: Path | None) -> Path | None:
    """Return the file to load, or None where the weights come from nowhere or from the model's library.

    Args:
        source: What the `weights` setting says.
        pushed_bundle: Folder of the pushed version that it names.

    Raises:
        WeightsError: The pushed version keeps no weights.
    """
    if isinstance(source, WeightsFile):
        return Path(source.path)
    if not isinstance(source, PushedWeights):
        return None
    if pushed_bundle is None and source.or_none:
        return None
    if pushed_bundle is None or not (pushed_bundle / WEIGHTS_FILE).is_file():
        raise WeightsError(
            f"pushed weights need a version with {WEIGHTS_FILE}, which {pushed_bundle} has not: it was pushed before "
            "weights were kept. Push once more, or choose other weights."
        )
    return pushed_bundle / WEIGHTS_FILE
