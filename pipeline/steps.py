"""The steps of a run as plain data: what each depends on. The graph is built from it, and the cache keys are.

A step runs again when its key changes. The key covers its parameters, the code it runs, the versions of the packages
it runs on, and the keys of the steps before it; so a change reaches exactly the steps that depend on it.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from typing import Any

from pipeline.code_fingerprint import code_hashes
from pipeline.config import FRAMEWORKS, PipelineConfig
from pipeline.dataset import Dataset
from pipeline.settings import merge
from pipeline.step_key import KeyParts
from pipeline.warm_start import training_start
from serving.bundle import bundle_checksum
from trainers.config import SPEED_SETTINGS
from trainers.framework import Framework
from trainers.models.fingerprint import model_source_hashes
from trainers.tuning.request import WORKER_MODULES
from trainers.ways.config import TrainingWay
from trainers.weights.check import weights_fingerprint

EXAMPLES, STATISTICS, SCHEMA = "ImageExampleGen", "StatisticsGen", "SchemaGen"
VALIDATION, ANOMALY_GATE, TRANSFORM = "ExampleValidator", "AnomalyGate", "Transform"
BASELINE, CHAMPION, PUSHER = "Baseline", "Champion", "Pusher"

PUSHED_MODEL = "the pushed model"
"""Name under which a step watches what is pushed now."""
PUSHED_WEIGHTS = "the pushed model that training starts from"
"""Name under which a Trainer watches it."""
_DATA_STEPS = (EXAMPLES, STATISTICS, SCHEMA, VALIDATION, ANOMALY_GATE, TRANSFORM)
_JOBS = {"keras": "trainers.keras_job", "pytorch": "trainers.torch_job"}
_TRIAL_MEMORY_MIB = 1024
"""What a process of trials needs beside its images and its trainings: its libraries."""
DATA_PACKAGES = ("tfx", "tensorflow", "apache-beam", "tensorflow-data-validation", "pillow", "scikit-learn")
TRANSFORM_PACKAGES = ("tfx", "tensorflow", "apache-beam", "tensorflow-transform")
_TRAIN_PACKAGES = {
    "keras": ("tensorflow", "keras", "tf2onnx", "onnx", "numpy", "safetensors"),
    "pytorch": ("torch", "torchvision", "timm", "tensorflow", "onnx", "onnxscript", "numpy", "safetensors"),
}
_WAY_PACKAGES: dict[TrainingWay, tuple[str, ...]] = {"lightning": ("lightning",), "fastai": ("fastai",)}
_TRAINING_MEMORY_MIB = 1024
"""What each process of a training needs beside the images."""
_PARITY_PACKAGES = ("tensorflow", "onnxruntime", "pillow")
EVALUATION_PACKAGES = ("tfx", "tensorflow", "apache-beam", "tensorflow-model-analysis")


def trainer(framework: Framework) -> str:
    """Return the id of a framework's Trainer step."""
    return f"Trainer_{framework}"


def tuner(framework: Framework) -> str:
    """Return the id of the step that searches settings for a framework's Trainer."""
    return f"Tuner_{framework}"


def is_trainer(step_id: str) -> bool:
    """Return whether a step is a framework's Trainer."""
    return step_id in {trainer(framework) for framework in FRAMEWORKS}


def is_tuner(step_id: str) -> bool:
    """Return whether a step searches settings for a Trainer."""
    return step_id in {tuner(framework) for framework in FRAMEWORKS}


def parity(framework: Framework) -> str:
    """Return the id of the step that proves a framework's exports."""
    return f"Parity_{framework}"


def evaluator(framework: Framework) -> str:
    """Return the id of a framework's Evaluator step."""
    return f"Evaluator_{framework}"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step.

    Attributes:
        id: Id of its node in the TFX pipeline.
        after: Ids of the steps it depends on.
        parameters: Execution parameters of its component that its result depends on, by name.
        settings: Further parameters, which change how it runs but not its result; put over the others.
        watched: Further values that re-run the step when they change but are not parameters.
        code: Modules it runs; their imports are followed.
        code_not_followed: Modules whose imports are not followed.
        packages: Distributions whose version it depends on.
        memory_mib: About how much memory it needs beside a worker's own, MiB.
        is_light: Whether it takes a second or less, so that it is not worth a worker of its own.
    """

    id: str
    after: tuple[str, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    watched: dict[str, Any] = field(default_factory=dict)
    code: tuple[str, ...] = ()
    code_not_followed: tuple[str, ...] = ()
    packages: tuple[str, ...] = ("tfx",)
    memory_mib: int = 256
    is_light: bool = False

    @property
    def arguments(self) -> dict[str, Any]:
        """All parameters of its component."""
        return merge(self.parameters, self.settings)


def describe_steps(config: PipelineConfig, data: Dataset, *, baseline_checksum: str) -> tuple[Step, ...]:
    """Return the steps of a run in an order in which they can run.

    Args:
        config: Configuration of the run.
        data: Its data.
        baseline_checksum: Checksum of the bundle that candidates are compared with; empty when there is none.
    """
    common = (*_data_steps(config, data), _baseline_step(config, baseline_checksum))
    branches = [_candidate_steps(config, data, framework, common, baseline_checksum) for framework in config.frameworks]
    return (*common, *(step for branch in branches for step in branch), *_final_steps(config))


def _data_steps(config: PipelineConfig, data: Dataset) -> tuple[Step, ...]:
    ingest = {
        "data": data.path,
        "spans": data.spans,
        "data_fingerprint": data.fingerprint,
        **config.data.model_dump(
            include={"eval_fraction", "test_fraction", "max_corrupt_fraction", "max_image_pixels"}
        ),
    }
    return (
        Step(id=EXAMPLES, parameters=ingest, code=("components.image_example_gen.component",), packages=DATA_PACKAGES),
        Step(id=STATISTICS, after=(EXAMPLES,), code=("components.statistics.options",), packages=DATA_PACKAGES),
        schema_step(config, data),
        Step(id=VALIDATION, after=(STATISTICS, SCHEMA), packages=DATA_PACKAGES, is_light=True),
        Step(id=ANOMALY_GATE, after=(VALIDATION,), code=("components.anomaly_gate.component",), is_light=True),
        Step(
            id=TRANSFORM,
            after=(EXAMPLES, SCHEMA, ANOMALY_GATE),
            parameters={
                "image_size_pixels": config.image.size_pixels,
                "normalization": config.image.normalization,
            },
            code=("trainers.preprocessing",),
            packages=TRANSFORM_PACKAGES,
        ),
    )


def schema_step(config: PipelineConfig, data: Dataset) -> Step:
    """Return the step that infers the schema or takes over the curated one."""
    schema_file = str(config.data.schema_file.absolute()) if config.data.schema_file else None
    return Step(
        id=SCHEMA,
        after=() if schema_file else (STATISTICS,),
        parameters={"schema_file": schema_file} if schema_file else {"infer_feature_shape": True},
        watched={schema_file: data.schema_fingerprint} if schema_file else {},
        packages=DATA_PACKAGES,
        is_light=True,
    )


def _baseline_step(config: PipelineConfig, baseline_checksum: str) -> Step:
    return Step(
        id=BASELINE,
        after=(EXAMPLES,),
        parameters=destination(config),
        watched={PUSHED_MODEL: baseline_checksum},
        code=("components.baseline.component",),
        is_light=True,
    )


def _candidate_steps(
    config: PipelineConfig, data: Dataset, framework: Framework, common: tuple[Step, ...], baseline_checksum: str
) -> tuple[Step, ...]:
    thresholds = config.evaluation.model_dump()
    fitting = _fitting_steps(config, framework, baseline_checksum)
    training = fitting[-1]
    return (
        *fitting,
        Step(
            id=parity(framework),
            after=(training.id,),
            parameters={"max_probability_difference": config.parity.max_probability_difference},
            settings={"lineage": json.dumps(_lineage(data, (*common, *fitting)))},
            code=("components.parity.component",),
            packages=_PARITY_PACKAGES,
        ),
        Step(
            id=evaluator(framework),
            after=(EXAMPLES, BASELINE, parity(framework)),
            parameters={"num_classes": len(data.labels), **thresholds},
            code=("components.evaluator.component", "components.evaluator.config"),
            packages=EVALUATION_PACKAGES,
        ),
    )


def _fitting_steps(config: PipelineConfig, framework: Framework, baseline_checksum: str) -> tuple[Step, ...]:
    """Return the search, where one is wanted, and the training that takes its values."""
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
    packages = _TRAIN_PACKAGES[framework] + _WAY_PACKAGES.get(config.train_of(framework).way, ())
    search = Step(
        id=tuner(framework),
        after=(EXAMPLES, TRANSFORM),
        parameters={"framework": framework, "train": fixed, "tune": config.tune.model_dump(mode="json")},
        settings=settings,
        watched=watched,
        code=("trainers.tuning.tuner_fn", WORKER_MODULES[framework]),
        packages=(*packages, "optuna", "keras-tuner"),
        memory_mib=config.tune.parallel_trials
        * (config.train.cache_limit_mib + _TRIAL_MEMORY_MIB + _TRAINING_MEMORY_MIB * _processes(config, framework)),
    )
    training = Step(
        id=trainer(framework),
        after=(EXAMPLES, TRANSFORM, *((search.id,) if config.tune.enabled else ())),
        parameters={"framework": framework, "train": fixed, "parity_images": config.parity.images},
        settings=settings,
        watched=watched,
        code=("trainers.run_fn", _JOBS[framework]),
        code_not_followed=("trainers.run_fn",),
        packages=packages,
        memory_mib=config.train.cache_limit_mib + _TRAINING_MEMORY_MIB * _processes(config, framework),
    )
    return (search, training) if config.tune.enabled else (training,)


def _processes(config: PipelineConfig, framework: Framework) -> int:
    """Return how many processes train; how many GPUs `all` means is not known here."""
    return config.train.devices.num_replicas(1) if framework == "pytorch" else 1


def _lineage(data: Dataset, steps: tuple[Step, ...]) -> dict[str, str]:
    """Return the ids that lead a bundle back to what it was made of.

    Those called `*_step` are step keys: ML Metadata holds them as the property `tandem_step_key` of the execution.
    """
    keys = step_keys(steps)
    settings = json.dumps({step.id: step.parameters for step in steps if step.id != BASELINE}, sort_keys=True)
    return {
        "data": data.fingerprint,
        **({"spans": data.spans} if data.spans else {}),
        "config": hashlib.sha256(settings.encode()).hexdigest(),
        "code": hashlib.sha256(json.dumps(_code(steps[-1]), sort_keys=True).encode()).hexdigest(),
        "examples_step": keys[EXAMPLES],
        "statistics_step": keys[STATISTICS],
        "schema_step": keys[SCHEMA],
        "transform_step": keys[TRANSFORM],
        "trainer_step": keys[steps[-1].id],
    }


def _final_steps(config: PipelineConfig) -> tuple[Step, ...]:
    bundles = tuple(parity(framework) for framework in config.frameworks)
    evaluations = tuple(evaluator(framework) for framework in config.frameworks)
    return (
        Step(
            id=CHAMPION,
            after=(BASELINE, *bundles, *evaluations),
            parameters=config.evaluation.model_dump(),
            code=("components.champion.component",),
            packages=EVALUATION_PACKAGES,
            is_light=True,
        ),
        Step(
            id=PUSHER,
            after=(EXAMPLES, CHAMPION, *bundles),
            parameters=destination(config),
            code=("components.pusher.component",),
            is_light=True,
        ),
    )


def destination(config: PipelineConfig) -> dict[str, str]:
    """Return the parameters that say where a step finds and puts pushed models."""
    return {"push_dir": str(config.models_folder), "model_name": config.pushed_name}


def key_parts(steps: Iterable[Step]) -> dict[str, KeyParts]:
    """Return what each step's key is made of; steps come after those they depend on."""
    parts: dict[str, KeyParts] = {}
    for step in steps:
        parts[step.id] = KeyParts(
            after={name: parts[name].key for name in step.after},
            parameters=step.parameters,
            watched=step.watched,
            code=_code(step),
            packages={name: _version(name) for name in step.packages},
        )
    return parts


def step_keys(steps: Iterable[Step]) -> dict[str, str]:
    """Return each step's key; steps come after those they depend on."""
    return {step_id: parts.key for step_id, parts in key_parts(steps).items()}


def all_step_ids() -> tuple[str, ...]:
    """Return the ids of the steps that a run of both frameworks can have."""
    branches = (name(framework) for framework in FRAMEWORKS for name in (tuner, trainer, parity, evaluator))
    return (*_DATA_STEPS, BASELINE, *branches, CHAMPION, PUSHER)


def _code(step: Step) -> dict[str, str]:
    return _hashes(step.code, step.code_not_followed)


@cache
def _hashes(entries: tuple[str, ...], not_followed: tuple[str, ...]) -> dict[str, str]:
    return code_hashes(entries, not_followed=not_followed)


@cache
def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "absent"
