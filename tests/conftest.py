"""Settings for all tests."""

import contextlib
from collections import defaultdict

import pytest

# triton loaded after TensorFlow kills the process without a Python error, and any torch optimizer or export loads it.
# Test files come in any order, so it goes first here. macOS has no triton and not this problem.
with contextlib.suppress(ImportError):
    import triton  # noqa: F401

pytest_plugins = ["cost_report", "pushed_root"]

_LONG_TIERS = ("e2e", "slow")
"""Marks of tests that take long, the longest first."""


@pytest.hookimpl(trylast=True)  # when the tests of other tiers are out
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the files with the longest tests first, so that two processes end at about the same time.

    Which file takes how long is not listed here: a file with end-to-end tests takes minutes, one with quick tests
    seconds, and short files at the end fill what is left.
    """
    if config.pluginmanager.hasplugin("randomly"):
        return
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(_LONG_TIERS))
    for item in items:
        for number, tier in enumerate(_LONG_TIERS):
            counts[item.location[0]][number] -= item.get_closest_marker(tier) is not None
    items.sort(key=lambda item: counts[item.location[0]])
