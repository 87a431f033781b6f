from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from trainers.config import TrainConfig
from trainers.errors import TrainingWayError
from trainers.example_split import TrainingData
from trainers.export.onnx_torch import export_torch_core
from trainers.progress import TrainingProgress
from trainers.torch_trainer.predict import predict_logits
from trainers.ways.config import LightningConfig

lightning = pytest.importorskip("lightning.pytorch", reason="the extra lightning is not installed")
lightning_fit = pytest.importorskip("trainers.torch_trainer.lightning_fit").lightning_fit

_CONFIG = TrainConfig(way="lightning", epochs=3, batch_size_examples=16)


class Counting(lightning.Callback):  # type: ignore[misc, name-defined]
    def __init__(self) -> None:
        self.steps = 0

    def on_train_batch_end(self, *_: Any) -> None:
        self.steps += 1


class Classifier(lightning.LightningModule):  # type: ignore[misc, name-defined]
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.1), nn.Linear(8, 3)
        )
        self.counting = Counting()
        self.validations = 0

    def forward(self, pixels_NCHW: torch.Tensor) -> torch.Tensor:
        logits_NK: torch.Tensor = self.layers(pixels_NCHW)
        return logits_NK

    def training_step(self, batch: Any, batch_idx: int) -> torch.Tensor:
        pixels_BCHW, label_ids_B = batch
        loss = nn.functional.cross_entropy(self(pixels_BCHW), label_ids_B)
        self.log("own_loss", loss, on_epoch=True, on_step=False)
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        self.validations += 1

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.AdamW(self.parameters(), lr=0.1)
        steps = int(self.trainer.estimated_stepping_batches)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=steps)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def configure_callbacks(self) -> list[Any]:
        return [self.counting]


class Secretive(Classifier):
    """Trains without calling itself."""

    def training_step(self, batch: Any, batch_idx: int) -> torch.Tensor:
        return nn.functional.cross_entropy(self.layers(batch[0]), batch[1])


def _module(kind: type[Classifier] = Classifier) -> Classifier:
    torch.manual_seed(1)
    return kind()


def test_lightning_trains_with_the_modules_own_callbacks_and_schedule(
    colour_data: TrainingData, tmp_path: Path
) -> None:
    module = _module()
    history = lightning_fit(module, colour_data, _CONFIG, work_dir=tmp_path)
    assert history.best.eval_accuracy >= 0.9
    assert module.counting.steps == 3 * 6
    assert module.validations == 3 * 2
    assert history.epochs[-1].learning_rate < 0.01
    ((pixels_NHWC, label_ids_N),) = colour_data.eval.batches(1000, shuffle_seed=None)
    logits_NK = predict_logits(module, pixels_NHWC, batch_size_examples=7)
    assert (logits_NK.argmax(axis=1) == label_ids_N).mean() == history.best.eval_accuracy
    assert "own_loss" in (tmp_path / "lightning" / "metrics.csv").read_text()
    assert len(export_torch_core(module, input_shape=(3, 16, 16)).graph.node) > 0


def test_a_killed_run_goes_on_to_the_same_weights(colour_data: TrainingData, tmp_path: Path) -> None:
    whole = _module()
    lightning_fit(whole, colour_data, _CONFIG, work_dir=tmp_path / "whole")

    def stop(progress: TrainingProgress) -> None:
        if progress.epoch == 3:
            raise KeyError("killed")

    checkpoints = tmp_path / "checkpoints"
    with pytest.raises(KeyError, match="killed"):
        lightning_fit(
            _module(), colour_data, _CONFIG, work_dir=tmp_path / "killed", checkpoint_dir=checkpoints, report=stop
        )
    resumed = _module()
    history = lightning_fit(resumed, colour_data, _CONFIG, work_dir=tmp_path / "again", checkpoint_dir=checkpoints)
    assert history.resumed == 1
    assert [record.epoch for record in history.epochs] == [1, 2, 3]
    for name, weight in whole.state_dict().items():
        assert torch.equal(weight, resumed.state_dict()[name]), name


def test_accuracy_is_measured_where_the_module_does_not_show_its_logits(
    colour_data: TrainingData, tmp_path: Path
) -> None:
    history = lightning_fit(_module(Secretive), colour_data, _CONFIG, work_dir=tmp_path)
    assert history.best.train_accuracy >= 0.9


def test_a_plain_module_is_refused(colour_data: TrainingData, tmp_path: Path) -> None:
    with pytest.raises(TrainingWayError, match=r"trains a lightning\.LightningModule, but the function built a Linear"):
        lightning_fit(nn.Linear(1, 1), colour_data, _CONFIG, work_dir=tmp_path)


def test_what_lightning_refuses_is_told(colour_data: TrainingData, tmp_path: Path) -> None:
    config = _CONFIG.model_copy(update={"lightning": LightningConfig(trainer={"precision": "7-bit"})})
    with pytest.raises(TrainingWayError, match=r"refuses train\.lightning\.trainer: .*7-bit"):
        lightning_fit(_module(), colour_data, config, work_dir=tmp_path)
