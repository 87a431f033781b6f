"""Bearer tokens: read from a file, and compared so that the time tells nothing about them."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from pathlib import Path

from serving.errors import SettingsError, UnauthenticatedError

MIN_TOKEN_LETTERS = 22
"""128 random bits in base64; shorter ones can be guessed."""

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""What RFC 6750 allows, so that every client can send it."""
_MAX_FILE_BYTES = 1 << 20

Digest = bytes


class Tokens:
    """Tokens of which a request must bring one. Only their SHA-256 is kept, so that no memory dump has them."""

    name = "tokens"

    def __init__(self, path: Path) -> None:
        """Take the file's path; no token is accepted before `renew`."""
        self.paths = (path,)
        # Replaced as a whole, since another thread renews.
        self._digests: tuple[Digest, ...] = ()

    def renew(self) -> Mapping[str, object]:
        """Accept the tokens that the file has now, and no others; return their number for the log.

        Raises:
            SettingsError: The file breaks a rule; the tokens from before stay.
        """
        self._digests = read_tokens(*self.paths)
        return {"tokens": len(self._digests)}

    def check(self, authorization: bytes | None) -> None:
        """Let a request pass, or not.

        Args:
            authorization: The header's value; None without one.

        Raises:
            UnauthenticatedError: It brings no token, or none of these.
        """
        scheme, _, token = (authorization or b"").partition(b" ")
        if scheme.lower() != b"bearer":
            raise UnauthenticatedError("The request has no token; send the header Authorization: Bearer TOKEN")
        if not self._has(hashlib.sha256(token.strip()).digest()):
            raise UnauthenticatedError("The token is none of this server's; ask whoever runs it for one", is_wrong=True)

    def _has(self, asked: Digest) -> bool:
        # All are compared, so that the time does not tell which one it was.
        return any([hmac.compare_digest(asked, digest) for digest in self._digests])


def read_tokens(path: Path) -> tuple[Digest, ...]:
    """Read a file with one token a line; empty lines and lines that begin with # are skipped.

    Returns:
        The SHA-256 of each.

    Raises:
        SettingsError: Every problem with the file; a token is named by its line only.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError([f"--token-file {path}: {error.strerror or error}"]) from None
    if len(content) > _MAX_FILE_BYTES:
        raise SettingsError([f"--token-file {path} has {len(content)} bytes, more than {_MAX_FILE_BYTES}"])
    # Byte for byte: a line in another encoding then is a bad token and needs no rule of its own.
    lines = [(number, line.strip()) for number, line in enumerate(content.decode("latin-1").split("\n"), start=1)]
    tokens = [(number, line) for number, line in lines if line and not line.startswith("#")]
    problems = [f"--token-file {path}, line {number}: {rule}" for number, token in tokens if (rule := _judge(token))]
    if not tokens:
        problems = [f"--token-file {path} has no token; write one a line, made with: openssl rand -hex 32"]
    if problems:
        raise SettingsError(problems)
    return tuple(hashlib.sha256(token.encode()).digest() for _, token in tokens)


def _judge(token: str) -> str:
    """Return the rule that a token breaks, or nothing."""
    if not _TOKEN.fullmatch(token):
        return "a token has only letters, digits and - . _ ~ + / with = at its end"
    if len(token) < MIN_TOKEN_LETTERS:
        return (
            f"the token has {len(token)} letters, fewer than {MIN_TOKEN_LETTERS}; make one with: openssl rand -hex 32"
        )
    return ""
