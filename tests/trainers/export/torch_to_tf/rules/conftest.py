"""How a family of rules is held against torch with generated shapes and options."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
from drawn_options import Function, Options, Shape, shapes
from hypothesis import HealthCheck, Phase, assume, example, given, note, settings
from hypothesis import strategies as st

Build = Callable[..., Function]
Refused = Callable[[Shape, Options], str | None]

_TORCH_REFUSES = (RuntimeError, ValueError, IndexError, TypeError)
_UNLIKE_ANY_EXTENT = 17
# A failure names the options that differ: to shrink the list, at a second for each try, would add nothing.
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
_EXAMPLES = 2
"""Lists of options for each test. More of them, or others (which ones are drawn follows from the text of `check_list`),
find what torch.export itself refuses, which no table here names."""


@pytest.fixture(params=[_EXAMPLES], ids=["few"])
def check_generated(request: pytest.FixtureRequest, check_functions, refusal) -> Callable[..., None]:
    """Draw lists of options, map each list as one model, and compare it with torch or read why it is refused."""

    def check(
        options: st.SearchStrategy[Options],
        build: Build,
        *,
        shapes: st.SearchStrategy[Shape] = shapes(),  # noqa: B008
        refused: Refused = lambda shape, options: None,
        examples: Sequence[tuple[Shape, Options]] = (),
    ) -> None:
        """Compare `build(shape, **options)` with torch.

        Args:
            options: All options of an op; what torch itself refuses is passed over.
            build: Makes a function of the images, or a module.
            shapes: C, H, W of the images.
            refused: Says with which words the mapper refuses such options; None for those that it takes.
            examples: Cases that once were wrong.
        """

        @settings(
            max_examples=request.param,
            deadline=None,
            derandomize=True,
            phases=_PHASES,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )
        @given(shape=shapes, drawn=st.lists(options, min_size=6, max_size=12))
        def check_list(shape: Shape, drawn: list[Options]) -> None:
            note(f"images {shape}, options {drawn}")
            built = {str(one): (one, _built(build, shape, one)) for one in drawn}
            possible = {name: pair for name, pair in built.items() if pair[1] is not None}
            assume(possible)
            words = {name: refused(shape, one) for name, (one, _) in possible.items()}
            for name in [name for name in possible if words[name]][:1]:
                assert words[name] in refusal(possible[name][1], shape)
            taken = {name: function for name, (_, function) in possible.items() if not words[name]}
            if taken:
                check_functions(taken, shape)

        for shape, one in examples:
            check_list = example(shape=shape, drawn=[one])(check_list)
        check_list()

    return check


def _built(build: Build, shape: Shape, options: Options) -> Any:
    """Return a function of images, or None where torch refuses the options."""
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(1)
        try:
            function = build(shape, **options)
            function(torch.zeros(_UNLIKE_ANY_EXTENT, *shape))
        except _TORCH_REFUSES:
            return None
    return function
