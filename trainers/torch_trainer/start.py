"""The PyTorch model that a training starts from: built, with its weights and its input put right."""

from pathlib import Path

from trainers.config import TrainConfig
from trainers.normalization import Normalization
from trainers.torch_trainer.build import build_network
from trainers.torch_trainer.input_adapter import adapted
from trainers.torch_trainer.weights import load_weights
from trainers.weights.source import LibraryWeights, parse_weights_source
from trainers.weights.start import StartModel, weights_path


def start_model(
    config: TrainConfig,
    *,
    class_names: tuple[str, ...],
    image_shape: tuple[int, int, int],
    given: Normalization,
    pushed_bundle: Path | None = None,
) -> StartModel:
    """Build the configured model with the weights that it starts from.

    Args:
        config: Names model, head and weights.
        class_names: Classes of the data, in the order of the label ids.
        image_shape: Height, width and channels of the pixels.
        given: What the Transform graph makes of an image's levels.
        pushed_bundle: Folder of the pushed version that `weights` names.

    Returns:
        A model on the CPU from pixels float32 [N, C, H, W] of the Transform graph to logits [N, K].

    Raises:
        ModelSourceError: The model cannot be built.
        WeightsError: The weights cannot be had or do not fit.
    """
    source = parse_weights_source(config.weights)
    model, wanted = build_network(
        config.model,
        num_classes=len(class_names),
        image_shape=image_shape,
        seed=config.seed,
        head=config.recipe.head,
        weights=source if isinstance(source, LibraryWeights) else None,
    )
    path = weights_path(source, pushed_bundle)
    if path is not None:
        facts = load_weights(model, path, class_names=class_names, source=config.weights)
        wanted = facts.normalization if facts else wanted
    return StartModel(adapted(model, given=given, wanted=wanted), wanted or given)
