"""Everything a worker of a search needs to know, complete, and as JSON for its process."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from trainers.config import TrainConfig
from trainers.framework import Framework
from trainers.tuning.config import TuneConfig

WORKER_MODULES: dict[Framework, str] = {
    "keras": "trainers.tuning.keras_worker",
    "pytorch": "trainers.tuning.torch_worker",
}
"""Main module of a worker's process."""


class TuningRequest(BaseModel):
    """One search, or a worker's part of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    framework: Framework
    train: TrainConfig
    """The settings that are not searched."""
    tune: TuneConfig
    train_files: tuple[str, ...]
    """File patterns of the train split's gzipped TFRecords."""
    eval_files: tuple[str, ...]
    """File patterns of the eval split's gzipped TFRecords."""
    transform_graph_dir: Path
    """Output of the Transform component."""
    pushed_bundle: Path | None = None
    """Folder of the pushed version that `train.weights` names, if it names one."""
    study_dir: Path
    """Where trials and their checkpoints lie; a search that was killed goes on from what is there."""
    interrupted: tuple[int, ...] = ()
    """Numbers of the trials that an attempt before was at when it was killed; this worker goes on with them first."""
