"""Names requests, so that a caller's log and the server's can be laid side by side."""

import re
import secrets

_HARMLESS = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")


def choose_request_id(given: bytes | None) -> str:
    """Return the caller's id when it is harmless in a log and a header, or else a new one."""
    if given is not None and _HARMLESS.fullmatch(given):
        return given.decode("ascii")
    return secrets.token_hex(8)
