"""The layers of a Keras model that hold its weights, with names that do not change from one build to the next."""

import re
from collections import Counter

import keras
from keras.src.utils.naming import to_snake_case

from trainers.keras_trainer.head import HEAD_LAYERS


def leaf_layers(model: keras.Model) -> list[keras.layers.Layer]:
    """Return the layers of a model and of the models in it, in the order in which they were put together."""
    leaves: list[keras.layers.Layer] = []
    for layer in model.layers:
        leaves += leaf_layers(layer) if isinstance(layer, keras.Model) else [layer]
    return list(dict.fromkeys(leaves))


def head_layers(model: keras.Model, num_classes: int) -> list[keras.layers.Layer]:
    """Return the layers with weights behind the body: those of a built head, else the last with that many outputs."""
    leaves = leaf_layers(model)
    last = [leaf for leaf in leaves if getattr(leaf, "units", getattr(leaf, "filters", None)) == num_classes][-1:]
    if last and last[0].name == HEAD_LAYERS[-1]:
        return [leaf for leaf in leaves if leaf.name in HEAD_LAYERS]
    return last


def named_variables(model: keras.Model) -> dict[str, keras.Variable]:
    """Return all weights and statistics by `layer/variable`.

    Keras numbers layers without a name through the whole process; here they are numbered within the model.
    """
    numbers: Counter[str] = Counter()
    named: dict[str, keras.Variable] = {}
    for layer in leaf_layers(model):
        name = layer.name
        kind = to_snake_case(type(layer).__name__)
        if re.fullmatch(rf"{kind}(_\d+)?", name):
            name = f"{kind}_{numbers[kind]}"
            numbers[kind] += 1
        for variable in layer.weights:
            named[f"{name}/{_within(variable, layer)}"] = variable
    known = {id(variable) for variable in named.values()}
    # A subclassed model may have weights of its own beside its layers.
    named.update({f"own/{v.path.split('/')[-1]}": v for v in model.weights if id(v) not in known})
    return named


def _within(variable: keras.Variable, layer: keras.layers.Layer) -> str:
    path: str = variable.path
    return path.rpartition(f"{layer.name}/")[2]
