"""What two attempts must have in common for one to go on from a checkpoint of the other."""

from trainers.config import SPEED_SETTINGS, TrainConfig
from trainers.example_split import TrainingData
from trainers.trained_model import TrainedModel


def run_fingerprint(learner: TrainedModel, data: TrainingData, config: TrainConfig) -> dict[str, str]:
    """Return the facts that decide the course of a run, as text by name."""
    settings = config.model_dump(exclude=set(SPEED_SETTINGS))
    return {
        "framework": f"{learner.framework} {learner.framework_version}",
        "replicas": str(learner.replicas),
        "trainable parameters": str(learner.trainable_parameters),
        "total parameters": str(learner.total_parameters),
        "training examples": str(data.train.num_examples),
        "evaluation examples": str(data.eval.num_examples),
        "classes": ", ".join(data.class_names),
        "image shape": str(data.image_shape),
        **{name: str(value) for name, value in settings.items()},
    }


def differences(of_checkpoint: dict[str, str], of_run: dict[str, str]) -> list[str]:
    """Return a phrase for each fact that is not the same in both."""
    names = sorted(of_checkpoint.keys() | of_run.keys())
    return [
        f"{name} is {of_checkpoint.get(name, 'not known')} there and {of_run.get(name, 'not known')} here"
        for name in names
        if of_checkpoint.get(name) != of_run.get(name)
    ]
