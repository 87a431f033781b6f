"""How the server calls itself, wherever a protocol asks."""

NAME = "tandem"
INTERFACE_VERSION = "1"
"""Raised when callers would have to change."""
