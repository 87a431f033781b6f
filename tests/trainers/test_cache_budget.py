from pathlib import Path

from trainers.cache_budget import CacheBudget


def test_what_does_not_fit_takes_nothing() -> None:
    budget = CacheBudget(memory_mib=1, disk_mib=2, folder=Path())
    assert budget.take_memory(2**20 - 10)
    assert not budget.take_memory(11)
    assert budget.take_memory(10)
    budget.give_memory_back(11)
    assert budget.take_memory(11)
    assert budget.take_disk(2**21)
    assert not budget.take_disk(1)
