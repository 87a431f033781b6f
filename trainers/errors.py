"""Errors of the training sides.

TrainerError
├── ModelSourceError     the model named in the configuration cannot be found, loaded or used
├── WeightsError         the weights to start from cannot be had or do not fit the model
├── TrainingDataError    the examples do not fit the training run
├── DeviceError          the machine lacks what a setting asks for
├── DivergedError        the loss stopped being a finite number
├── OutOfMemoryError     the model and its batch do not fit into memory
├── HistoryFileError     a training history file cannot be read
├── CheckpointError      a checkpoint does not fit the run
├── TuningError          no trial of a search came to a result
├── TrainingWayError     the model or the settings do not fit the way of training
└── TransientError       a disk, a network or another process failed
"""


class TrainerError(Exception):
    """Base of everything that goes wrong in training for a reason the user can act on."""


class ModelSourceError(TrainerError):
    """The model source names nothing that exists, or what it builds does not keep the contract."""


class WeightsError(TrainerError):
    """The weights to start from name nothing that exists, cannot be read, or are those of another model."""


class TrainingDataError(TrainerError):
    """A split is empty, or its pixels or labels do not have the shapes and ranges that training needs."""


class DeviceError(TrainerError):
    """A setting asks for a GPU, a number format or a compiler that is not here."""


class OutOfMemoryError(TrainerError):
    """An allocation failed while the job ran; smaller batches or images may fit."""


class DivergedError(TrainerError):
    """The loss became infinite or not a number, so the weights are worthless."""


class HistoryFileError(TrainerError):
    """A training history file is missing or does not hold a training history."""


class CheckpointError(TrainerError):
    """A checkpoint is of another run or model, so training cannot go on from it."""


class TrainingWayError(TrainerError):
    """The model or the settings do not fit the way in which they are to be trained."""


class TuningError(TrainerError):
    """No trial of a search came to a result."""


class TransientError(TrainerError):
    """A disk, a network or another process failed, and not the training itself; another attempt may go better."""
