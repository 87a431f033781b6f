"""Whether a framework can build a model with the head and the library's weights that are asked for."""

from trainers.errors import ModelSourceError, WeightsError
from trainers.framework import FRAMEWORK_TITLES, Framework
from trainers.models.source import LibraryModel, ModelSource, UserModel
from trainers.recipes.config import HeadConfig
from trainers.weights.source import LibraryWeights


def check_start(
    source: str, parsed: ModelSource, *, framework: Framework, head: HeadConfig, weights: LibraryWeights | None
) -> None:
    """Check what the source names against the other settings.

    Args:
        source: The `model` setting, for messages.
        parsed: What it names.
        framework: Which builds it.
        head: Form of the head.
        weights: What a library is to download; None for random weights.

    Raises:
        ModelSourceError: The model is of the other framework, or brings a head of its own.
        WeightsError: A library's weights are asked for, and the model is none of a library.
    """
    if isinstance(parsed, LibraryModel):
        if parsed.framework != framework:
            title = FRAMEWORK_TITLES[parsed.framework]
            raise ModelSourceError(
                f"model {source!r} is a {title} model; choose framework {parsed.framework} or another model."
            )
        return
    if weights is not None:
        raise WeightsError(f"weights {weights.name!r} are those of a library's model; {source!r} is none.")
    if isinstance(parsed, UserModel) and not head.is_default:
        raise ModelSourceError(f"model {source!r} brings its own head; leave out recipe.head.")
