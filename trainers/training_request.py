"""Everything a training job needs to know, complete, and as JSON for a job that runs in a process of its own."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from trainers.config import TrainConfig
from trainers.framework import Framework


class TrainingRequest(BaseModel):
    """One training job."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    framework: Framework
    train: TrainConfig
    train_files: tuple[str, ...]
    """File patterns of the train split's gzipped TFRecords."""
    eval_files: tuple[str, ...]
    """File patterns of the eval split's gzipped TFRecords."""
    transform_graph_dir: Path
    """Output of the Transform component."""
    pushed_bundle: Path | None = None
    """Folder of the pushed version that `train.weights` names, if it names one."""
    parity_images: int
    """Images on which the trained model leaves its testimony."""
    serving_model_dir: Path
    """Receives the SavedModel and `model.onnx`."""
    work_dir: Path
    """Receives history, testimony, weights and TensorBoard logs."""
    checkpoint_dir: Path | None = None
    """Where an attempt that is killed leaves what the next one goes on from; it must outlive the attempt and belong to
    this job alone. The job removes it when it is done. None: a killed job starts again."""
