"""The head of a PyTorch model: finding it, and putting another one in its place."""

from torch import nn

from trainers.errors import ModelSourceError
from trainers.recipes.config import HeadConfig, Pooling


class ClassifierHead(nn.Sequential):
    """A head that was built as the configuration says; features [N, F] to logits [N, K]."""


def find_head(model: nn.Module, num_classes: int) -> str | None:
    """Return the name of the part that gives the logits: a built head, else the last layer with that many outputs."""
    found: str | None = None
    for name, module in model.named_modules():
        if isinstance(module, ClassifierHead):
            return str(name)
        outputs = getattr(module, "out_features", None) if isinstance(module, nn.Linear) else None
        outputs = module.out_channels if isinstance(module, nn.Conv2d) else outputs
        if outputs == num_classes:
            found = str(name)
    return found


def put_head(model: nn.Module, *, old_classes: int, num_classes: int, head: HeadConfig, source: str) -> None:
    """Give a model another head in place; the layers before the last one stay.

    Args:
        model: A model with `old_classes` logits.
        old_classes: Its logits now.
        num_classes: The logits it is to have.
        head: Form of the new head.
        source: The `model` setting, for messages.

    Raises:
        ModelSourceError: The model's last layer or its pooling cannot be replaced.
    """
    if head.pooling != "model":
        _put_pooling(model, head.pooling, source)
    name = find_head(model, old_classes)
    last = None if name is None else model.get_submodule(name)
    if name is None or not isinstance(last, nn.Linear | nn.Conv2d):
        raise ModelSourceError(
            f"model {source!r} has no last layer with {old_classes} outputs to put a head in place of."
        )
    _replace(model, name, _new_head(last, num_classes, head, source))


def _new_head(last: nn.Linear | nn.Conv2d, num_classes: int, head: HeadConfig, source: str) -> nn.Module:
    is_plain = not head.hidden_units and not head.dropout
    if isinstance(last, nn.Conv2d):
        if not is_plain:
            raise ModelSourceError(
                f"model {source!r} ends in a convolution; leave recipe.head.hidden_units and dropout."
            )
        return nn.Conv2d(last.in_channels, num_classes, last.kernel_size)
    width = last.in_features
    if is_plain:
        return nn.Linear(width, num_classes)
    layers: list[nn.Module] = [nn.Dropout(head.dropout)] if head.dropout else []
    if head.hidden_units:
        layers += [nn.Linear(width, head.hidden_units), nn.ReLU()]
        layers += [nn.Dropout(head.dropout)] if head.dropout else []
        width = head.hidden_units
    return ClassifierHead(*layers, nn.Linear(width, num_classes))


def _put_pooling(model: nn.Module, pooling: Pooling, source: str) -> None:
    kinds = {"avg": nn.AdaptiveAvgPool2d, "max": nn.AdaptiveMaxPool2d}
    names = [
        name
        for name, module in model.named_modules()
        if isinstance(module, nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d) and module.output_size in {1, (1, 1)}
    ]
    if not names:
        raise ModelSourceError(
            f"model {source!r} has no pooling layer that can be replaced; leave recipe.head.pooling at 'model'."
        )
    # Others pool within a block, as squeeze-and-excitation does; the last one is in front of the head.
    _replace(model, names[-1], kinds[pooling](1))


def _replace(model: nn.Module, name: str, module: nn.Module) -> None:
    parent, _, own = name.rpartition(".")
    setattr(model.get_submodule(parent), own, module)
