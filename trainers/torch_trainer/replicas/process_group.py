"""The group in which the replicas of a model exchange gradients: NCCL among GPUs, gloo among processes on a CPU."""

import contextlib
import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import torch
from torch import distributed

EXCHANGE_TIMEOUT_SECONDS = 600.0
"""How long a replica waits for another. Compiling a model takes minutes, and one may do so while the others wait."""


@contextlib.contextmanager
def joined_group(
    rank: int, replicas: int, device: torch.device, *, rendezvous: Path, timeout_seconds: float
) -> Iterator[None]:
    """Be a member of the group in here; all members must enter at about the same time.

    On a CPU the members divide its threads among themselves.

    Args:
        rank: Number of this member, from 0.
        replicas: How many there are.
        device: Where this one trains.
        rendezvous: File by which they find each other; it must not exist before.
        timeout_seconds: After this long without an answer of another member an exchange fails.
    """
    for library in ("GLOO", "NCCL"):
        os.environ.setdefault(f"{library}_SOCKET_IFNAME", _loopback())  # nobody outside of this machine takes part
    is_gpu = device.type == "cuda"
    num_threads = torch.get_num_threads()
    if is_gpu:
        torch.cuda.set_device(device)
    else:
        torch.set_num_threads(max(1, num_threads // replicas))
    distributed.init_process_group(
        "nccl" if is_gpu else "gloo",
        init_method=f"file://{rendezvous}",
        rank=rank,
        world_size=replicas,
        timeout=timedelta(seconds=timeout_seconds),
    )
    try:
        yield
    except BaseException:
        abort_exchanges()
        raise
    finally:
        distributed.destroy_process_group()
        torch.set_num_threads(num_threads)


def abort_exchanges() -> None:
    """Have GPUs stop waiting for a member that is gone; gloo notices by itself."""
    if distributed.is_initialized() and distributed.get_backend() == "nccl":
        distributed.group.WORLD.abort()


def _loopback() -> str:
    names = [name for _, name in socket.if_nameindex()]
    return next((name for name in names if name.startswith("lo")), names[0])
