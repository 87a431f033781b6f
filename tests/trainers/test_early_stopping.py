from functools import reduce

from trainers.early_stopping import EarlyStopping


def _after(epochs: list[tuple[float, float]], *, patience_epochs: int, min_delta: float = 0.0) -> EarlyStopping:
    """State after epochs with these pairs of accuracy and loss."""
    return reduce(
        lambda state, epoch: state.after_epoch(eval_accuracy=epoch[0], eval_loss=epoch[1]),
        epochs,
        EarlyStopping(patience_epochs=patience_epochs, min_delta=min_delta),
    )


def test_nothing_is_best_before_the_first_epoch() -> None:
    state = EarlyStopping(patience_epochs=1)
    assert state.best_epoch is None
    assert not state.is_best
    assert not state.should_stop


def test_the_first_epoch_is_the_best_whatever_its_figures() -> None:
    assert _after([(0.0, 99.0)], patience_epochs=1).is_best


def test_higher_accuracy_wins_over_lower_loss() -> None:
    state = _after([(0.8, 0.1), (0.9, 0.7)], patience_epochs=0)
    assert state.best_epoch == 2


def test_lower_loss_decides_between_equal_accuracies() -> None:
    assert _after([(0.9, 0.5), (0.9, 0.4)], patience_epochs=0).best_epoch == 2
    assert _after([(0.9, 0.5), (0.9, 0.5)], patience_epochs=0).best_epoch == 1


def test_stops_when_patience_is_used_up() -> None:
    worse = [(0.8, 1.0)]
    assert not _after([(0.9, 0.5), *worse], patience_epochs=2).should_stop
    assert _after([(0.9, 0.5), *worse * 2], patience_epochs=2).should_stop


def test_a_new_best_starts_the_wait_anew() -> None:
    assert not _after([(0.9, 0.5), (0.8, 1.0), (0.95, 0.5), (0.8, 1.0)], patience_epochs=2).should_stop


def test_zero_patience_never_stops() -> None:
    assert not _after([(0.9, 0.5)] + [(0.1, 1.0)] * 50, patience_epochs=0).should_stop


def test_a_rise_within_min_delta_is_not_waited_for_but_can_be_the_best() -> None:
    creeping = [(0.90, 0.5), (0.91, 0.5), (0.92, 0.5)]
    assert not _after(creeping, patience_epochs=2).should_stop
    state = _after(creeping, patience_epochs=2, min_delta=0.05)
    assert state.should_stop
    assert state.best_epoch == 3


def test_small_rises_add_up_to_an_improvement() -> None:
    creeping = [(0.90, 0.5), (0.93, 0.5), (0.96, 0.5)]
    assert not _after(creeping, patience_epochs=2, min_delta=0.05).should_stop
