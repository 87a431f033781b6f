"""The leading replica: a learner for the training loop that has all replicas do what it does."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from trainers.augmentation.draw import BatchDraw
from trainers.config import TrainConfig
from trainers.devices.batch_parts import batch_parts
from trainers.framework import Framework
from trainers.learner import TrainTotals
from trainers.torch_trainer.learner import TorchLearner
from trainers.torch_trainer.replicas.follower import Membership
from trainers.torch_trainer.replicas.followers import Followers
from trainers.torch_trainer.replicas.process_group import EXCHANGE_TIMEOUT_SECONDS, joined_group
from trainers.torch_trainer.replicas.sharing_out import LEADER, share_out
from trainers.weights.start import StartModel


class LeadingLearner:
    """Keeps the protocol `trainers.learner.Learner`; evaluates alone, while the others wait."""

    framework: Framework = "pytorch"
    framework_version = TorchLearner.framework_version
    weights_file_name = TorchLearner.weights_file_name

    def __init__(self, own: TorchLearner, followers: Followers, states: "FollowerStates") -> None:
        """Lead followers with a learner of one's own.

        Args:
            own: In the same group as theirs.
            followers: Those in the other processes.
            states: What `own` was given to save for them.
        """
        self._own, self._followers, self._states = own, followers, states
        self.device, self.replicas, self.precision, self.parts = own.device, own.replicas, own.precision, own.parts
        self.trainable_parameters, self.total_parameters = own.trainable_parameters, own.total_parameters
        self.logits_of, self.save_weights, self.load_weights = own.logits_of, own.save_weights, own.load_weights

    def start_epoch(self, epoch: int) -> None:
        """Freeze and unfreeze as the recipe says; see `Learner.start_epoch`."""
        self._followers.tell("start_epoch", epoch)
        self._own.start_epoch(epoch)

    def train_on_batch(
        self,
        pixels_BHWC: npt.NDArray[np.float32],
        label_ids_B: npt.NDArray[np.int64],
        *,
        learning_rate: float,
        draw: BatchDraw | None = None,
    ) -> None:
        """Distort the batch, share it out and do one step together; see `Learner.train_on_batch`."""
        num_examples = len(label_ids_B)
        parts = batch_parts(num_examples, self.replicas)
        self._followers.tell("train", num_examples, learning_rate)
        own = share_out(self._own.on_device(pixels_BHWC, label_ids_B, draw), parts)
        share = 1 / num_examples if parts[LEADER].counts else 0.0
        self._own.train_on(own, share=share, learning_rate=learning_rate)

    def train_totals(self) -> TrainTotals:
        """Return the totals of all since the last reset."""
        totals = [self._own.train_totals(), *self._followers.ask("train_totals")]
        return TrainTotals(sum(each.loss_sum for each in totals), sum(each.num_correct for each in totals))

    def reset_train_totals(self) -> None:
        """Set the totals to zero."""
        self._followers.tell("reset_train_totals")
        self._own.reset_train_totals()

    def save_state(self, path: Path) -> None:
        """Write all that decides what the next steps of all do; see `Learner.save_state`."""
        self._states.by_rank = self._followers.ask("capture_state")
        self._own.save_state(path)

    def load_state(self, path: Path) -> None:
        """Take back what `save_state` wrote, in all of them; see `Learner.load_state`."""
        self._own.load_state(path)
        self._followers.tell_each("load_state", [(path, state) for state in self._states.by_rank])


class FollowerStates:
    """The states of the followers as a part of the leading learner's."""

    def __init__(self) -> None:
        """Start without any."""
        self.by_rank: list[str] = []

    def state_dict(self) -> dict[str, Any]:
        """Return them."""
        return {"by_rank": self.by_rank}

    def load_state_dict(self, state_dict: dict[str, Any], /) -> None:
        """Take them back."""
        self.by_rank = state_dict["by_rank"]


@contextlib.contextmanager
def leading_learner(
    model: nn.Module,
    config: TrainConfig,
    *,
    class_weights_K: npt.NDArray[np.float32],
    image_shape: tuple[int, int, int],
    devices: Sequence[torch.device],
    rebuild: Callable[[], StartModel],
    timeout_seconds: float = EXCHANGE_TIMEOUT_SECONDS,
) -> Iterator[LeadingLearner]:
    """Start a process for every device but the first, and lead them from this one.

    Args:
        model: What this process trains; the others start from its weights.
        config: How to train.
        class_weights_K: Factor of each class in the loss, float32 [K].
        image_shape: Height, width and channels of an image.
        devices: That of each replica, this process's first.
        rebuild: Builds the model in another process; can be pickled.
        timeout_seconds: How long a replica waits for another.

    Raises:
        TransientError: A process was killed, or does not answer.
    """
    replicas = len(devices)
    with tempfile.TemporaryDirectory() as folder:
        rendezvous = Path(folder) / "rendezvous"
        memberships = [
            Membership(
                rank=rank,
                device=device,
                replicas=replicas,
                rendezvous=rendezvous,
                timeout_seconds=timeout_seconds,
                config=config,
                class_weights_K=class_weights_K,
                image_shape=image_shape,
                rebuild=rebuild,
            )
            for rank, device in enumerate(devices)
        ]
        with Followers(memberships[1:]) as followers, followers.explaining_losses():
            followers.wait_until_ready()
            with joined_group(
                LEADER, replicas, devices[LEADER], rendezvous=rendezvous, timeout_seconds=timeout_seconds
            ):
                states = FollowerStates()
                own = TorchLearner(
                    model,
                    config,
                    class_weights_K=class_weights_K,
                    device=devices[LEADER],
                    replicas=replicas,
                    others={"followers": states},
                )
                yield LeadingLearner(own, followers, states)
                followers.stop()
