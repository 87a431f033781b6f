"""How a port is closed without resetting anybody who has already connected to it.

Closing a socket that listens resets the connections that nobody has accepted yet, and there is no call of the system
that only ends the listening. So Linux is told to overlook new calls first; then there are last ones, and they can be
accepted before the socket is closed. Elsewhere a moment remains in which a caller may be reset.
"""

import contextlib
import ctypes
import socket
import struct

_SO_ATTACH_FILTER = 26
"""Of Linux (asm-generic/socket.h); Python has no name for it."""
_TCP_FLAGS, _SYN = 13, 0x02
_LOAD_BYTE, _JUMP_IF_SET, _RETURN = 0x30, 0x45, 0x06
_KEEP, _DROP = 0xFFFFFFFF, 0


def overlook_new_callers(listening: socket.socket) -> None:
    """Let the handshakes under way finish and begin no new one; who calls now tries again after a second.

    Args:
        listening: The socket; its filter (networking/filter in Linux' documents) sees packets from TCP's head on.
    """
    steps = [
        (_LOAD_BYTE, 0, 0, _TCP_FLAGS),
        (_JUMP_IF_SET, 0, 1, _SYN),
        (_RETURN, 0, 0, _DROP),
        (_RETURN, 0, 0, _KEEP),
    ]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    with contextlib.suppress(OSError):
        listening.setsockopt(
            socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HP", len(steps), ctypes.addressof(program))
        )


def accept_waiting(listening: socket.socket) -> list[socket.socket]:
    """Return the connections that the kernel has accepted and nobody has taken; the socket must not block."""
    waiting = []
    with contextlib.suppress(BlockingIOError):
        while True:
            waiting.append(listening.accept()[0])
    return waiting
