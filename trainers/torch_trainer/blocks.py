"""The blocks of a PyTorch model: the units in which its body is frozen and unfrozen."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from torch import nn

_NORMALISATIONS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm)
_DOMINANT_SHARE = 0.9
"""A part with more of the weights than this is the body itself, like a transformer's encoder, and no block of it."""


@dataclass
class Block:
    """Some consecutive parts of a model."""

    name: str
    modules: list[nn.Module] = field(default_factory=list)
    parameters: list[nn.Parameter] = field(default_factory=list)

    @property
    def batch_norms(self) -> list[nn.Module]:
        """Its layers with running statistics."""
        norms = nn.modules.batchnorm._BatchNorm
        return [part for module in self.modules for part in module.modules() if isinstance(part, norms)]

    @property
    def size(self) -> int:
        """Numbers in its parameters."""
        return sum(parameter.numel() for parameter in self.parameters)


def split_model(model: nn.Module, head_name: str | None) -> tuple[list[Block], Block]:
    """Return the blocks of the body in the order in which the model defines them, and the head.

    Plain sequences are opened, other modules are one block each; a normalisation belongs to the block before it.

    Args:
        model: The model.
        head_name: Name of the head in it; None for a model without one, whose head is empty then.
    """
    head = Block("head")
    if head_name is not None:
        module = model.get_submodule(head_name)
        head = Block("head", [module], list(module.parameters()))
    taken = {id(parameter) for parameter in head.parameters}
    blocks: list[Block] = []
    for name, module, parameters in _units(model, "", head_name, sum(p.numel() for p in model.parameters())):
        new = [parameter for parameter in parameters if id(parameter) not in taken]
        taken.update(map(id, new))
        if not new:
            continue
        if not blocks or not isinstance(module, _NORMALISATIONS):
            blocks.append(Block(name))
        blocks[-1].modules.append(module)
        blocks[-1].parameters.extend(new)
    return blocks, head


def _units(
    module: nn.Module, name: str, head_name: str | None, total: int
) -> Iterator[tuple[str, nn.Module, list[nn.Parameter]]]:
    if name and name == head_name:
        return
    holds_head = head_name is not None and (not name or head_name.startswith(f"{name}."))
    size = sum(parameter.numel() for parameter in module.parameters())
    is_sequence = type(module) in {nn.Sequential, nn.ModuleList}
    if not any(module.children()) or not (holds_head or is_sequence or not name or size > _DOMINANT_SHARE * total):
        yield name or type(module).__name__, module, list(module.parameters())
        return
    own = list(module.parameters(recurse=False))
    if own:  # a class token or position embeddings
        yield f"{name}.own" if name else "own", nn.Identity(), own
    for child_name, child in module.named_children():
        yield from _units(child, f"{name}.{child_name}" if name else child_name, head_name, total)
