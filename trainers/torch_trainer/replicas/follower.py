"""A following replica: the main function of its process, which does what the leading one says."""

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from trainers.config import TrainConfig
from trainers.devices.batch_parts import batch_parts
from trainers.torch_trainer.learner import TorchLearner
from trainers.torch_trainer.replicas.process_group import joined_group
from trainers.torch_trainer.replicas.replica_state import ReplicaState, replica_seed
from trainers.torch_trainer.replicas.sharing_out import receive
from trainers.torch_trainer.seeding import set_random_seed
from trainers.torch_trainer.tensors import memory_format_for
from trainers.weights.start import StartModel

READY = "ready"
"""What a follower says when it has built its model and is about to join the group."""
STOP = "stop"
"""What tells a follower to end."""


@dataclass(frozen=True, kw_only=True)
class Membership:
    """What a replica must know to take part; crosses over to its process.

    Attributes:
        rank: Its number; that of the leading one is 0.
        device: Where it trains.
        replicas: How many there are.
        rendezvous: File by which they find each other.
        timeout_seconds: How long one waits for another.
        config: How to train.
        class_weights_K: Factor of each class in the loss, float32 [K].
        image_shape: Height, width and channels of an image.
        rebuild: Builds the model that is trained; its weights come from the leading replica.
    """

    rank: int
    device: torch.device
    replicas: int
    rendezvous: Path
    timeout_seconds: float
    config: TrainConfig
    class_weights_K: npt.NDArray[np.float32]
    image_shape: tuple[int, int, int]
    rebuild: Callable[[], StartModel]


def follow(_: int, leader: Connection, membership: Membership) -> None:
    """Build the model, join the group, and obey until told to stop.

    Args:
        _: Counted by torch.multiprocessing.
        leader: Orders come from there and answers go there; an exception that ends this process is the last of them.
        membership: What to take part in.
    """
    threading.Thread(target=_end_with_leader, daemon=True).start()
    try:
        _take_part(leader, membership)
    except Exception as failure:  # the door of this process: the leading replica must learn why
        traceback.print_exc()
        with contextlib.suppress(OSError):
            leader.send(_sendable(failure))
        raise SystemExit(1) from failure


def _take_part(leader: Connection, membership: Membership) -> None:
    model = membership.rebuild().model
    set_random_seed(replica_seed(membership.config.seed, membership.rank))
    leader.send(READY)
    with joined_group(
        membership.rank,
        membership.replicas,
        membership.device,
        rendezvous=membership.rendezvous,
        timeout_seconds=membership.timeout_seconds,
    ):
        learner = TorchLearner(
            model,
            membership.config,
            class_weights_K=membership.class_weights_K,
            device=membership.device,
            replicas=membership.replicas,
        )
        follower = _Follower(learner, membership)
        while (order := leader.recv())[0] != STOP:
            answer = getattr(follower, order[0])(*order[1:])
            if answer is not None:
                leader.send(answer)


class _Follower:
    """What can be ordered, one method each; what one returns is the answer."""

    def __init__(self, learner: TorchLearner, membership: Membership) -> None:
        self._learner = learner
        self._membership = membership
        config = membership.config
        self._memory_format = memory_format_for(config.model, config.optimization.channels_last)

    def start_epoch(self, epoch: int) -> None:
        self._learner.start_epoch(epoch)

    def train(self, num_examples: int, learning_rate: float) -> None:
        membership = self._membership
        parts = batch_parts(num_examples, membership.replicas)
        batch = receive(
            parts,
            membership.rank,
            image_shape=membership.image_shape,
            memory_format=self._memory_format,
            device=membership.device,
        )
        share = 1 / num_examples if parts[membership.rank].counts else 0.0
        self._learner.train_on(batch, share=share, learning_rate=learning_rate)

    def train_totals(self) -> Any:
        return self._learner.train_totals()

    def reset_train_totals(self) -> None:
        self._learner.reset_train_totals()

    def capture_state(self) -> str:
        return ReplicaState.capture(self._learner, self._membership.device).model_dump_json()

    def load_state(self, path: Path, state: str) -> None:
        self._learner.load_state(path)
        ReplicaState.model_validate_json(state).restore(self._learner, self._membership.device)


def _end_with_leader() -> None:
    """End this process when the one that started it is gone, even in the middle of an exchange."""
    leader = multiprocessing.parent_process()
    if leader is not None:
        leader.join()
        os.kill(os.getpid(), signal.SIGKILL)


def _sendable(failure: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(failure))  # noqa: S301  # made here, one line before
    except Exception:  # whatever an exception of a user's class raises when it is copied
        return RuntimeError(f"{type(failure).__name__}: {failure}")
    return failure
