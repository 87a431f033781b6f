"""A trained model as Keras' own archive."""

from pathlib import Path

import keras

from trainers.export.errors import ModelExportError


def write_keras_file(path: Path, model: keras.Model) -> keras.Model:
    """Write `.keras` and read it back, as someone without the training's objects does.

    Args:
        path: File to write; its name ends in `.keras`.
        model: Pixels, float32 [N, S, S, C], to logits, float32 [N, K].

    Raises:
        ModelExportError: Keras cannot write the model, or not read it back.
    """
    try:
        model.save(path)
        return keras.saving.load_model(path, compile=False)
    except (TypeError, ValueError, NotImplementedError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__qualname__
        raise ModelExportError(
            f"{path.name} cannot be read back: {reason} Give layers of your own get_config() and register them with "
            "keras.saving.register_keras_serializable, or leave 'keras' out of train.exports."
        ) from error
