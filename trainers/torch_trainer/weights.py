"""Weights of a PyTorch model, from a file and to one."""

import logging
import pickle
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from trainers.errors import WeightsError
from trainers.torch_trainer.head import find_head
from trainers.torch_trainer.input_adapter import without_adapter
from trainers.weights.facts import WeightsFacts, read_facts
from trainers.weights.match import class_order, match_weights

_logger = logging.getLogger(__name__)


def write_weights(path: Path, model: nn.Module, facts: WeightsFacts) -> None:
    """Write all parameters and statistics to a safetensors file, exactly."""
    state = without_adapter(model).state_dict()
    # Copies, since the format refuses tensors that share memory.
    tensors = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in state.items()}
    save_file(tensors, path, metadata=facts.as_header())


def load_weights(model: nn.Module, path: Path, *, class_names: tuple[str, ...], source: str) -> WeightsFacts | None:
    """Put the weights of a file into a model; a head of other classes stays as it was built, with a note in the log.

    Args:
        model: A new model, changed in place.
        path: `.pt` or `.pth` with a state dict, or `.safetensors`.
        class_names: Classes of the data, in the order of the model's logits.
        source: The `weights` setting, for messages.

    Returns:
        What the file says of its weights; None where it says nothing.

    Raises:
        WeightsError: The file cannot be read, or its weights are those of another model.
    """
    facts = read_facts(path) if path.suffix == ".safetensors" else None
    if facts is not None and facts.framework != "pytorch":
        raise WeightsError(f"weights {source} were trained by {facts.framework}; PyTorch cannot start from them.")
    state, own = _read(path), model.state_dict()
    head_name = find_head(model, len(class_names))
    prefixes = () if head_name is None else (f"{head_name}.",)
    order = class_order(facts.class_names, class_names) if facts is not None else list(range(len(class_names)))
    match = match_weights(
        {name: tuple(tensor.shape) for name, tensor in state.items()},
        {name: tuple(tensor.shape) for name, tensor in own.items()},
        head_prefixes=prefixes,
        keep_head=order is not None,
        source=source,
    )
    chosen = {name: state[name] for name in match.names}
    if match.is_head_replaced:
        _logger.warning("The head of %s is replaced by a new one for the %d classes.", source, len(class_names))
    elif order is not None and prefixes:
        last = _logits_layer(model, str(head_name))
        for name in (f"{last}.weight", f"{last}.bias"):
            if name in chosen:
                chosen[name] = chosen[name][order]
    model.load_state_dict({**own, **chosen})
    return facts


def _logits_layer(model: nn.Module, head_name: str) -> str:
    """Return the name of the layer whose rows are the classes: the head itself, or the last layer in it."""
    inner = [name for name, module in model.get_submodule(head_name).named_modules() if isinstance(module, nn.Linear)]
    return f"{head_name}.{inner[-1]}" if inner and inner[-1] else head_name


def _read(path: Path) -> dict[str, torch.Tensor]:
    try:
        state: Any = load_file(path) if path.suffix == ".safetensors" else _read_pickle(path)
    except (OSError, RuntimeError, EOFError, SafetensorError, pickle.UnpicklingError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WeightsError(f"weights {path} cannot be read: {reason}") from error
    if not isinstance(state, dict) or not state or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise WeightsError(f"weights {path} hold no state dict; save model.state_dict() there.")
    return state


def _read_pickle(path: Path) -> Any:
    # Anything but tensors and plain containers is refused, so that no code of the file's author runs.
    content = torch.load(path, map_location="cpu", weights_only=True)
    return content["state_dict"] if isinstance(content, dict) and "state_dict" in content else content
