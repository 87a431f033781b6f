"""The life of a version, in the words of TensorFlow Serving."""

import enum
from dataclasses import dataclass


class State(enum.Enum):
    """Where a version is in its life."""

    START = "START"
    """Found; not touched yet."""
    LOADING = "LOADING"
    """Being verified, loaded and warmed up."""
    AVAILABLE = "AVAILABLE"
    """Answers requests."""
    UNLOADING = "UNLOADING"
    """Takes no new requests and finishes those that it has."""
    END = "END"
    """Gone, or refused; then there is an error."""


@dataclass(frozen=True)
class VersionStatus:
    """The state of one version, and what went wrong."""

    number: int
    state: State
    error: str = ""
    """A sentence without paths; empty when all is well."""
