"""How a family of rules is held against torch: with a table of options in CI, with random ones each night."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest
import torch
from drawn_options import Function, Options, Shape, shapes
from hypothesis import HealthCheck, Phase, assume, given, note, seed, settings
from hypothesis import strategies as st

Build = Callable[..., Function]
Refused = Callable[[Shape, Options], str | None]

_TORCH_REFUSES = (RuntimeError, ValueError, IndexError, TypeError)
_BATCH_SIZES_EXAMPLES = (1, 17)
"""17 is unlike any extent; for one image torch may take another way."""
# A failure names the options that differ: to shrink the list, at a second for each try, would add nothing.
_PHASES = (Phase.explicit, Phase.generate)
_RANDOM_LISTS = 20


@pytest.fixture(params=["table", pytest.param("random", marks=pytest.mark.nightly)])
def check_options(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str], check_functions, refusal, torch_exports
) -> Callable[..., None]:
    """Map options of an op, many as one model, and compare each with torch or read why it is refused."""

    def check(
        options: st.SearchStrategy[Options],
        build: Build,
        *,
        cases: Mapping[Shape, Sequence[Options]],
        shapes: st.SearchStrategy[Shape] = shapes(),  # noqa: B008
        refused: Refused = lambda shape, options: None,
    ) -> None:
        """Compare `build(shape, **options)` with torch.

        Args:
            options: All options of an op, to be drawn at random; what torch itself refuses is passed over.
            build: Makes a function of the images, or a module.
            cases: Options for each shape of images that CI checks; torch has to take them all.
            shapes: C, H, W of the images, to be drawn at random.
            refused: Says with which words the mapper refuses such options; None for those that it takes.
        """

        def check_all(shape: Shape, pairs: Iterable[tuple[Options, Function]]) -> None:
            taken = {}
            for one, function in pairs:
                words = refused(shape, one)
                if words:
                    assert words in refusal(function, shape), one
                else:
                    taken[str(one)] = function
            if taken:
                check_functions(taken, shape)

        def check_random() -> None:
            number = secrets.randbelow(2**32)
            # Uncaptured, since a crash of torch's or TensorFlow's would take what was captured with it.
            with capsys.disabled():
                print(f"\n{request.node.name}: to draw the same options again, @seed({number})")  # noqa: T201

            @seed(number)
            @settings(
                max_examples=_RANDOM_LISTS,
                deadline=None,
                database=None,
                print_blob=True,
                phases=_PHASES,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
            )
            @given(shape=shapes, drawn=st.lists(options, min_size=2, max_size=5))
            def check_list(shape: Shape, drawn: list[Options]) -> None:
                note(f"images {shape}, options {drawn}")
                built = [(one, _unless_torch_refuses(build, shape, one)) for one in drawn]
                possible = [(one, it) for one, it in built if it is not None and torch_exports(it, shape)]
                assume(possible)
                check_all(shape, possible)

            check_list()

        if request.param == "random":
            check_random()
        else:
            for shape, listed in cases.items():
                check_all(shape, [(one, _built(build, shape, one)) for one in listed])

    return check


def _built(build: Build, shape: Shape, options: Options) -> Any:
    """Return a function of images that torch was seen to run."""
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(1)
        function = build(shape, **options)
        for size in _BATCH_SIZES_EXAMPLES:
            function(torch.zeros(size, *shape))
    return function


def _unless_torch_refuses(build: Build, shape: Shape, options: Options) -> Any:
    try:
        return _built(build, shape, options)
    except _TORCH_REFUSES:
        return None
