from trainers.checkpoints.run_position import RunPosition
from trainers.history import EpochRecord


def test_every_digit_survives_json() -> None:
    third = 1 / 3
    record = EpochRecord(
        epoch=1,
        train_loss=third,
        train_accuracy=0.1 + 0.2,
        eval_loss=5e-324,
        eval_accuracy=1.0,
        learning_rate=third * 1e-9,
        images_per_second=1e22 / 3,
        input_wait_fraction=0.25,
        seconds=third,
    )
    position = RunPosition(
        records=(record,), step=7, run_seconds=third, epoch_seconds=0.0, epoch_wait_seconds=0.0, resumed=2
    )
    assert RunPosition.model_validate_json(position.model_dump_json()) == position
