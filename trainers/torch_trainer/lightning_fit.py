"""Training a LightningModule by Lightning's Trainer, with the module's own callbacks and loggers."""

import logging
import pickle
import warnings
from pathlib import Path

import lightning.pytorch as lightning
import torch
from lightning.fabric.utilities.warnings import PossibleUserWarning
from lightning.pytorch.callbacks import Callback, ModelCheckpoint
from lightning.pytorch.loggers import CSVLogger
from lightning.pytorch.plugins.environments import LightningEnvironment
from lightning.pytorch.utilities.model_helpers import is_overridden
from torch import nn

from trainers.config import TrainConfig
from trainers.errors import TrainingWayError
from trainers.example_split import TrainingData
from trainers.history import TrainingHistory
from trainers.optimization_config import Precision
from trainers.progress import Report, log_progress
from trainers.torch_trainer.device import choose_device
from trainers.torch_trainer.epoch_batches import epoch_loader
from trainers.torch_trainer.lightning_recording import Recording
from trainers.torch_trainer.observed_module import ObservedModule
from trainers.torch_trainer.seeding import set_random_seed
from trainers.training_data_check import check_training_data
from trainers.ways.run_recorder import RunRecorder

_logger = logging.getLogger(__name__)


def lightning_fit(
    module: nn.Module,
    data: TrainingData,
    config: TrainConfig,
    *,
    work_dir: Path,
    checkpoint_dir: Path | None = None,
    report: Report = log_progress,
) -> TrainingHistory:
    """Train a module in place by Lightning; it ends on the CPU in inference mode with the weights of its best epoch.

    Loss, optimiser, schedule and callbacks (`configure_callbacks`) are the module's own; further loggers come from its
    method `configure_loggers`, if it has one. Its batches are (pixels float32 [B, C, H, W], label ids int64 [B]) in the
    order of the built-in loop. What it logs also lands in `lightning/metrics.csv`. Lightning writes a checkpoint after
    each epoch, and a run that was killed goes on from it.

    Args:
        module: A LightningModule whose `forward` maps pixels float32 [N, C, H, W] to logits [N, K].
        data: Examples to train on and to judge by.
        config: How to train. Its seed becomes PyTorch's global random state.
        work_dir: Folder that gets `tensorboard/`, `lightning/` and `best.pt`; created where missing.
        checkpoint_dir: Folder that outlives a killed attempt; None for no checkpoints.
        report: Takes progress events as they happen.

    Raises:
        TrainingDataError: The data cannot be trained on.
        TrainingWayError: The module is none of Lightning's, or Lightning refuses it or an argument of its Trainer.
        DivergedError: The loss stopped being a finite number.
    """
    _check_module(module)
    check_training_data(data, batch_size_examples=config.batch_size_examples)
    set_random_seed(config.seed)
    work_dir.mkdir(parents=True, exist_ok=True)
    device = choose_device()
    observed = ObservedModule(module, device=device)
    with RunRecorder(observed, data, config, work_dir=work_dir, report=report) as recorder:
        recording = Recording(recorder)
        checkpoint = None if checkpoint_dir is None else _newest_checkpoint(checkpoint_dir)
        trainer = _make_trainer(module, config, recording, device, work_dir=work_dir, checkpoint_dir=checkpoint_dir)
        observed.precision = _precision_of(trainer)
        _fit(trainer, module, data, config, checkpoint)
        module.trainer = None  # what the module is exported with
        observed.load_weights(recorder.best_weights)
        module.cpu().eval()
        return recorder.history()


def _check_module(module: nn.Module) -> None:
    if isinstance(module, lightning.LightningModule):
        return
    names = {kind.__module__.partition(".")[0] for kind in type(module).__mro__}
    hint = "; import lightning instead of pytorch_lightning" if "pytorch_lightning" in names else ""
    raise TrainingWayError(
        f"train.way 'lightning' trains a lightning.LightningModule, but the function built a "
        f"{type(module).__qualname__}{hint}."
    )


def _make_trainer(
    module: lightning.LightningModule,
    config: TrainConfig,
    recording: Callback,
    device: torch.device,
    *,
    work_dir: Path,
    checkpoint_dir: Path | None,
) -> lightning.Trainer:
    callbacks = [recording]
    if checkpoint_dir is not None:
        callbacks.append(ModelCheckpoint(checkpoint_dir, save_on_train_epoch_end=True, enable_version_counter=False))
    own_loggers = module.configure_loggers() if hasattr(module, "configure_loggers") else []
    quiet = {"enable_progress_bar": False, "enable_model_summary": False}
    arguments = {**quiet, "plugins": [LightningEnvironment()], **config.lightning.trainer}
    try:
        return lightning.Trainer(
            max_epochs=config.epochs,
            accelerator="cpu" if device.type == "cpu" else "gpu",
            devices=1,
            callbacks=callbacks,
            logger=[CSVLogger(work_dir, name="lightning", version=""), *own_loggers],
            default_root_dir=work_dir,
            num_sanity_val_steps=0,
            enable_checkpointing=checkpoint_dir is not None,
            **arguments,
        )
    except (lightning.utilities.exceptions.MisconfigurationException, TypeError, ValueError) as error:
        raise TrainingWayError(f"lightning.Trainer refuses train.lightning.trainer: {error}") from error


def _precision_of(trainer: lightning.Trainer) -> Precision:
    """Return what the Trainer computes in; its own names have what the weights are in too, such as `bf16-mixed`."""
    name = str(trainer.precision)
    if name.startswith("bf16"):
        return "bfloat16"
    return "float16" if name.startswith("16") else "float32"


def _fit(
    trainer: lightning.Trainer,
    module: lightning.LightningModule,
    data: TrainingData,
    config: TrainConfig,
    checkpoint: Path | None,
) -> None:
    batch_size = config.batch_size_examples
    train = epoch_loader(data.train, batch_size, shuffle_seed=lambda: config.seed + trainer.current_epoch + 1)
    evaluation = epoch_loader(data.eval, batch_size, shuffle_seed=None)
    has_validation = is_overridden("validation_step", module)
    with warnings.catch_warnings():
        # Advice about loading data in worker processes, which ours is not.
        warnings.simplefilter("ignore", PossibleUserWarning)
        warnings.filterwarnings("ignore", message="Your `IterableDataset` has `__len__`", category=UserWarning)
        warnings.filterwarnings("ignore", message="Checkpoint directory .* is not empty", category=UserWarning)
        # Lightning 2.6 makes leaves of trees in a way that torch 2.14 deprecates.
        warnings.filterwarnings("ignore", message=".*LeafSpec", category=FutureWarning)
        try:
            trainer.fit(module, train, evaluation if has_validation else None, ckpt_path=checkpoint)
        except lightning.utilities.exceptions.MisconfigurationException as error:
            raise TrainingWayError(f"Lightning refuses the module: {error}") from error
    if trainer.interrupted:
        raise KeyboardInterrupt


def _newest_checkpoint(folder: Path) -> Path | None:
    """Return Lightning's newest checkpoint that can be read; a damaged one is named in the log and left out."""
    for path in sorted(folder.glob("*.ckpt"), key=lambda path: path.stat().st_mtime, reverse=True):
        try:
            torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
            _logger.warning("Checkpoint %s is damaged and not used: %s.", path, error)
        else:
            return path
    return None
