"""Weights of a Keras model, from a file and to one."""

import logging
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import h5py
import keras
import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from trainers.errors import WeightsError
from trainers.keras_trainer.head import LOGITS
from trainers.keras_trainer.layers import head_layers, named_variables
from trainers.weights.facts import WeightsFacts, read_facts
from trainers.weights.match import WeightsMatch, class_order, match_weights

_IN_KERAS_FILE = "model.weights.h5"
_Arrays = dict[str, npt.NDArray[np.generic]]
_logger = logging.getLogger(__name__)


def write_weights(path: Path, model: keras.Model, facts: WeightsFacts) -> None:
    """Write all weights and statistics to a safetensors file, exactly."""
    arrays = {name: np.asarray(variable) for name, variable in named_variables(model).items()}
    save_file(arrays, path, metadata=facts.as_header())


def load_weights(model: keras.Model, path: Path, *, class_names: tuple[str, ...], source: str) -> WeightsFacts | None:
    """Put the weights of a file into a model; a head of other classes stays as it was built, with a note in the log.

    Args:
        model: A new model, changed in place.
        path: `.weights.h5`, `.keras` (its weights alone are read) or `.safetensors`.
        class_names: Classes of the data, in the order of the model's logits.
        source: The `weights` setting, for messages.

    Returns:
        What the file says of its weights; None where it says nothing.

    Raises:
        WeightsError: The file cannot be read, or its weights are those of another model.
    """
    if path.suffix != ".safetensors":
        _load_h5(model, path, num_classes=len(class_names), source=source)
        return None
    facts = read_facts(path)
    if facts is not None and facts.framework != "keras":
        raise WeightsError(f"weights {source} were trained by {facts.framework}; Keras cannot start from them.")
    try:
        arrays: _Arrays = load_file(path)
    except (OSError, SafetensorError) as error:
        raise WeightsError(f"weights {path} cannot be read: {str(error).splitlines()[0]}") from error
    own = named_variables(model)
    head = {id(variable) for layer in head_layers(model, len(class_names)) for variable in layer.weights}
    prefixes = tuple({name.rpartition("/")[0] + "/" for name, variable in own.items() if id(variable) in head})
    order = list(range(len(class_names))) if facts is None else class_order(facts.class_names, class_names)
    shapes = {name: tuple(variable.shape) for name, variable in own.items()}
    match = _match(arrays, shapes, prefixes, keep_head=order is not None, source=source, classes=len(class_names))
    last = prefixes if len(prefixes) == 1 else (f"{LOGITS}/",)
    for name in match.names:
        is_by_class = order is not None and name.startswith(last)
        own[name].assign(arrays[name][..., order] if is_by_class else arrays[name])
    return facts


def _load_h5(model: keras.Model, path: Path, *, num_classes: int, source: str) -> None:
    """Load a file of Keras' own by writing the model's in the same format, and putting the file's arrays there."""
    head_names = {layer.name for layer in head_layers(model, num_classes)}
    with TemporaryDirectory() as folder:
        merged = Path(folder) / "merged.weights.h5"
        model.save_weights(merged)
        own, names = _read_h5(merged)
        arrays, _ = _read_h5(_extract(path, Path(folder)))
        prefixes = tuple(f"{group}/" for group, name in names.items() if name in head_names)
        shapes = {name: array.shape for name, array in own.items()}
        match = _match(arrays, shapes, prefixes, keep_head=True, source=source, classes=num_classes)
        with h5py.File(merged, "r+") as file:
            for name in match.names:
                file[name][...] = arrays[name]
        model.load_weights(merged)


def _match(
    arrays: _Arrays,
    shapes: dict[str, tuple[int, ...]],
    prefixes: tuple[str, ...],
    *,
    keep_head: bool,
    source: str,
    classes: int,
) -> WeightsMatch:
    of_file = {name: array.shape for name, array in arrays.items()}
    match = match_weights(of_file, shapes, head_prefixes=prefixes, keep_head=keep_head, source=source)
    if match.is_head_replaced:
        _logger.warning("The head of %s is replaced by a new one for the %d classes.", source, classes)
    return match


def _extract(path: Path, folder: Path) -> Path:
    if path.suffix != ".keras":
        return path
    try:
        with zipfile.ZipFile(path) as archive:
            return Path(archive.extract(_IN_KERAS_FILE, folder))
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise WeightsError(f"weights {path} cannot be read as a .keras file: {error}") from error


def _read_h5(path: Path) -> tuple[_Arrays, dict[str, str]]:
    """Return all arrays by path, without states of random generators, and the layer's name by its group's path."""
    arrays: _Arrays = {}
    names: dict[str, str] = {}

    def visit(name: str, item: h5py.Group | h5py.Dataset) -> None:
        if isinstance(item, h5py.Dataset) and "seed_generator" not in name:
            arrays[name] = item[()]
        elif "name" in item.attrs:
            names[name] = str(item.attrs["name"])

    try:
        with h5py.File(path) as file:
            file.visititems(visit)
    except OSError as error:
        raise WeightsError(f"weights {path} cannot be read as a file of Keras weights: {error}") from error
    return arrays, names
