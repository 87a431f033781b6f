import random

import numpy as np
import torch

from trainers.config import TrainConfig
from trainers.learner import TrainTotals
from trainers.torch_trainer.learner import TorchLearner
from trainers.torch_trainer.replicas.replica_state import ReplicaState, replica_seed

_CPU = torch.device("cpu")


def test_the_leading_replica_has_the_seed_of_the_run_and_each_other_its_own() -> None:
    seeds = [replica_seed(seed, rank) for seed in (0, 1) for rank in range(8)]
    assert (seeds[0], seeds[8]) == (0, 1)
    assert len(set(seeds)) == 16
    assert replica_seed(0, 3) == seeds[3]


def test_a_state_comes_back_from_json() -> None:
    learner = TorchLearner(torch.nn.Linear(2, 2), TrainConfig(), class_weights_K=np.ones(2, np.float32), device=_CPU)
    totals = TrainTotals(1 / 3, 5)
    learner.set_train_totals(totals)
    text = ReplicaState.capture(learner, _CPU).model_dump_json()
    expected = torch.rand(3), np.random.rand(), random.gauss(0, 1)
    learner.reset_train_totals()
    ReplicaState.model_validate_json(text).restore(learner, _CPU)
    assert learner.train_totals() == totals
    assert torch.equal(expected[0], torch.rand(3))
    assert expected[1:] == (np.random.rand(), random.gauss(0, 1))
