"""How a batch is cut into parts whose gradients are added up."""

from collections.abc import Iterator


def micro_batches(num_examples: int, parts: int) -> Iterator[slice]:
    """Yield slices of a batch, in order, whose lengths differ by at most one; fewer where examples are.

    Args:
        num_examples: Examples of the batch, at least 1.
        parts: Into how many to cut it, at least 1.
    """
    parts = min(parts, num_examples)
    for part in range(parts):
        yield slice(part * num_examples // parts, (part + 1) * num_examples // parts)
