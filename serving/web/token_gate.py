"""Asks HTTP requests for their token; what is not named here needs one."""

from collections.abc import Mapping

from serving.security.tokens import Tokens

OPEN_WORDS = frozenset({"", "page", "health"})
"""First words of paths: the page's own files hold nothing, and probes have no token."""
_METRICS_WORDS = frozenset({"metrics", "monitoring"})
OPEN_PATHS = frozenset({"/v2/health/live", "/v2/health/ready"})


class TokenGate:
    """Stands before all protocols."""

    def __init__(self, tokens: Tokens, *, are_metrics_open: bool) -> None:
        """Take the tokens, and whether the figures need none."""
        self._tokens = tokens
        self._open_words = OPEN_WORDS | _METRICS_WORDS if are_metrics_open else OPEN_WORDS

    def check(self, *, path: str, word: str | None, headers: Mapping[bytes, bytes]) -> None:
        """Let a request pass, or not.

        Args:
            path: Still percent-encoded, without the query.
            word: Its first word, which decides on the protocol; None when it has no slash before it.
            headers: Names in small letters.

        Raises:
            UnauthenticatedError: It needs a token and has none, or a wrong one.
        """
        if word not in self._open_words and path not in OPEN_PATHS:
            self._tokens.check(headers.get(b"authorization"))
