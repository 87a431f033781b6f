"""The steps that fit a framework's model to the data, as plain data: a search for settings, and the training."""

from collections.abc import Mapping

from components.image_example_gen.splits import EVAL, TRAIN
from pipeline.config import PipelineConfig
from pipeline.step import Call, Node, Output, Step
from pipeline.warm_start import training_start
from serving.bundle import bundle_checksum
from trainers.config import SPEED_SETTINGS
from trainers.framework import Framework
from trainers.models.fingerprint import model_source_files, model_source_hashes
from trainers.tuning.request import WORKER_MODULES
from trainers.weights.check import weights_fingerprint

PUSHED_WEIGHTS = "the pushed model that training starts from"
"""Name under which a Trainer watches it."""
TRAIN_ARGS, EVAL_ARGS = "tfx.proto.trainer_pb2:TrainArgs", "tfx.proto.trainer_pb2:EvalArgs"
"""What makes TFX's arguments of a training: `splits`, and `num_steps` where these are limited."""
_JOBS = {"keras": "trainers.keras_job", "pytorch": "trainers.torch_job"}
_TRIAL_MEMORY_MIB = 1024
"""What a process of trials needs beside its images and its trainings: its libraries."""
_TRAINING_MEMORY_MIB = 1024
"""What each process of a training needs beside the images."""


def fitting_steps(
    config: PipelineConfig,
    framework: Framework,
    *,
    search_id: str,
    training_id: str,
    inputs: Mapping[str, Output],
    baseline_checksum: str,
) -> tuple[Step, ...]:
    """Return the search, where one is wanted, and the training that takes its values.

    Args:
        config: Configuration of the run.
        framework: Whose model is trained.
        search_id: Id of the search.
        training_id: Id of the training.
        inputs: What both take: `examples` and `transform_graph`.
        baseline_checksum: Checksum of the bundle that candidates are compared with; empty when there is none.
    """
    start = training_start(config, framework, baseline_checksum=baseline_checksum)
    train = {**config.train_of(framework).model_dump(mode="json"), "weights": start.weights}
    fixed = {name: value for name, value in train.items() if name not in SPEED_SETTINGS}
    settings = {
        "train": {name: value for name, value in train.items() if name in SPEED_SETTINGS},
        **({"pushed_bundle": str(start.bundle)} if start.bundle else {}),
    }
    watched = {
        **model_source_hashes(train["model"]),
        **weights_fingerprint(config.train_of(framework)),
        **({PUSHED_WEIGHTS: bundle_checksum(start.bundle)} if start.bundle else {}),
    }
    user_files = model_source_files(train["model"])
    # Trials are judged on what the training is judged on.
    splits = {"train_args": Call(TRAIN_ARGS, {"splits": [TRAIN]}), "eval_args": Call(EVAL_ARGS, {"splits": [EVAL]})}
    search = Step(
        id=search_id,
        node=Node(
            component="tfx.components.tuner.component:Tuner",
            inputs=inputs,
            arguments={"tuner_fn": "trainers.tuning.tuner_fn.tuner_fn", **splits},
            parameters_as="custom_config",
        ),
        parameters={"framework": framework, "train": fixed, "tune": config.tune.model_dump(mode="json")},
        settings=settings,
        watched=watched,
        code=(WORKER_MODULES[framework],),
        user_files=user_files,
        memory_mib=config.tune.parallel_trials
        * (config.train.cache_limit_mib + _TRIAL_MEMORY_MIB + _TRAINING_MEMORY_MIB * _processes(config, framework)),
    )
    found = {"hyperparameters": Output(search_id, "best_hyperparameters")} if config.tune.enabled else {}
    training = Step(
        id=training_id,
        node=Node(
            component="tfx.components.trainer.component:Trainer",
            inputs={**inputs, **found},
            arguments={"run_fn": "trainers.run_fn.run_fn", **splits},
            parameters_as="custom_config",
        ),
        parameters={"framework": framework, "train": fixed, "parity_images": config.parity.images},
        settings=settings,
        watched=watched,
        code=(_JOBS[framework],),
        code_not_followed=("trainers.run_fn",),
        user_files=user_files,
        memory_mib=config.train.cache_limit_mib + _TRAINING_MEMORY_MIB * _processes(config, framework),
    )
    return (search, training) if config.tune.enabled else (training,)


def _processes(config: PipelineConfig, framework: Framework) -> int:
    """Return how many processes train; how many GPUs `all` means is not known here."""
    return config.train.devices.num_replicas(1) if framework == "pytorch" else 1
