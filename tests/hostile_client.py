"""Sends attacks over real sockets, and judges what comes back."""

import json
import re
import socket
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from hostile_requests import OVERLOAD, Attack

_HANGS_AFTER_SECONDS = 20.0
_SECRETS = re.compile(
    rb"Traceback|\.py\b|site-packages|/tmp/|root:x:0|model\.onnx|manifest\.json|0x7f[0-9a-f]{8}|smuggled"
)
"""Signs of a stack trace, of a place on disk, of a file that is nobody's business, or of a trailer read as a header."""


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes
    body: bytes


def strike(port: int, attack: Attack, *, places: Sequence[str]) -> str:
    """Send an attack; returns what is wrong with the answers, empty when nothing is.

    Args:
        port: On this machine.
        attack: What to send.
        places: Folders that no answer may name.
    """
    try:
        received = _talk(port, attack)
    except TimeoutError:
        return f"{attack.name}: hangs"
    try:
        answers = split_answers(received)
    except ValueError:
        return f"{attack.name}: no HTTP: {received[:300]!r}"
    problems = [problem for answer in answers for problem in _judge(answer, attack.statuses, places)]
    if attack.answers != len(answers) and (attack.answers is not None or not answers):
        problems.append(f"{len(answers)} answers instead of {attack.answers}: {[each.status for each in answers][:9]}")
    return f"{attack.name}: {'; '.join(problems[:3])}" if problems else ""


def _talk(port: int, attack: Attack) -> bytes:
    received = b""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=_HANGS_AFTER_SECONDS)) as client:
        try:
            for piece in attack.pieces:
                client.sendall(piece)
                time.sleep(attack.pause_seconds)
        except ConnectionError:
            pass  # The server has ended it; its answer may be there all the same.
        try:
            while piece := client.recv(1 << 16):
                received += piece
        except ConnectionError:
            pass
    return received


def split_answers(received: bytes) -> list[Answer]:
    """Return the responses; raises ValueError when there is anything else."""
    answers = []
    while received:
        head, end, rest = received.partition(b"\r\n\r\n")
        if not end or not head.startswith(b"HTTP/1.1 "):
            raise ValueError
        length = re.search(rb"\r\ncontent-length: (\d+)", head)
        size = int(length[1]) if length else 0
        if len(rest) < size:
            raise ValueError
        answers.append(Answer(int(head[9:12]), head, rest[:size]))
        received = rest[size:]
    return answers


def _judge(answer: Answer, statuses: frozenset[int], places: Sequence[str]) -> list[str]:
    problems = []
    if answer.status not in statuses | OVERLOAD:
        problems.append(f"answered {answer.status}: {answer.body[:200]!r}")
    told = _SECRETS.search(answer.head + answer.body)
    if told or any(place.encode() in answer.head + answer.body for place in places):
        problems.append(f"tells too much: {answer.body[:300]!r}")
    if answer.status >= 400 and b"application/json" in answer.head and list(json.loads(answer.body)) != ["error"]:
        problems.append(f"is not the one shape: {answer.body[:200]!r}")
    return problems
