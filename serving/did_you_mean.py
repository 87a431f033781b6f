"""The nearest right word for a mistyped one."""

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return " Did you mean 'x'?", with a leading space, or "" when no choice is near the word."""
    nearest = difflib.get_close_matches(word, sorted(choices), n=2, cutoff=0.6)
    return f" Did you mean {' or '.join(repr(choice) for choice in nearest)}?" if nearest else ""
