"""Settings for all tests."""

import contextlib

# triton loaded after TensorFlow kills the process without a Python error, and any torch optimizer or export loads it.
# Test files come in any order, so it goes first here. macOS has no triton and not this problem.
with contextlib.suppress(ImportError):
    import triton  # noqa: F401

pytest_plugins = ["cost_report", "pushed_root"]
