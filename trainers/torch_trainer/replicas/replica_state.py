"""What a following replica adds to a checkpoint: its totals and its random generators."""

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict

from trainers.checkpoints.host_random_state import HostRandomState
from trainers.learner import TrainTotals
from trainers.torch_trainer.learner import TorchLearner


class ReplicaState(BaseModel):
    """All that is not the same in every replica; survives JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    loss_sum: float
    num_correct: int
    host: HostRandomState
    """Generators of Python and NumPy."""
    cpu_generator: tuple[int, ...]
    """That of PyTorch for the CPU, as bytes."""
    gpu_generator: tuple[int, ...]
    """That for the replica's GPU, as bytes; empty where it trains on the CPU."""

    @classmethod
    def capture(cls, learner: TorchLearner, device: torch.device) -> "ReplicaState":
        """Return the state of now."""
        totals = learner.train_totals()
        return cls(
            loss_sum=totals.loss_sum,
            num_correct=totals.num_correct,
            host=HostRandomState.capture(),
            cpu_generator=tuple(torch.get_rng_state().tolist()),
            gpu_generator=tuple(torch.cuda.get_rng_state(device).tolist()) if device.type == "cuda" else (),
        )

    def restore(self, learner: TorchLearner, device: torch.device) -> None:
        """Make it the state of now."""
        learner.set_train_totals(TrainTotals(self.loss_sum, self.num_correct))
        self.host.restore()
        torch.set_rng_state(torch.tensor(self.cpu_generator, dtype=torch.uint8))
        if self.gpu_generator:
            torch.cuda.set_rng_state(torch.tensor(self.gpu_generator, dtype=torch.uint8), device)


def replica_seed(seed: int, rank: int) -> int:
    """Return the seed of a replica's generators: the run's for the leading one, others for the rest.

    With the same seed in all of them, dropout would strike the same places in every part of a batch.
    """
    return seed if rank == 0 else int(np.random.SeedSequence([seed, rank]).generate_state(1)[0])
