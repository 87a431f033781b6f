"""Give an op without an exact rule a second chance: torch's own decomposition of that op alone."""

from typing import Any

import torch

from trainers.export.torch_to_tf.dataflow import analyse
from trainers.export.torch_to_tf.errors import UnsupportedModelError
from trainers.export.torch_to_tf.free_sizes import NEEDS_FIXED_SIZE
from trainers.export.torch_to_tf.program import Program
from trainers.export.torch_to_tf.support import Rules, refused_nodes

_MAX_ROUNDS = 6
"""A decomposition may itself need one; the deepest chains seen were three long."""


def decompose_refused(program: Program, rules: Rules) -> Program:
    """Decompose the ops that have no rule, or whose rule refuses one of their calls, until that changes nothing.

    Ops that are understood stay whole: their single TensorFlow op is faster than the pieces.

    Raises:
        UnsupportedModelError: One of torch's decompositions fails.
    """
    table = torch.export.default_decompositions()
    tried: set[Any] = set()
    for _ in range(_MAX_ROUNDS):
        # What needs a fixed height and width needs it in pieces too.
        refused = {
            node.target
            for node, reason in refused_nodes(analyse(program), rules)
            if not reason.endswith(NEEDS_FIXED_SIZE)
        } - tried
        if refused.isdisjoint(table):
            break
        # What a decomposition consists of may have no rule either: taking such ops apart at once saves most rounds,
        # each of which traces the whole program again.
        chosen = {target: table[target] for target in table if target in refused or target not in rules}
        tried |= chosen.keys()
        try:
            program = program.decompose(chosen)
        except Exception as error:  # torch's decompositions raise anything
            names = ", ".join(sorted(str(target) for target in refused & chosen.keys()))
            raise UnsupportedModelError(f"torch fails to take apart {names}, which have no rule: {error}") from error
    return program
