"""The steps of a run that trains a TFX module, as plain data; see `pipeline.steps`."""

import json

from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset
from pipeline.module.dataset import record_files, record_kind
from pipeline.steps import (
    ANOMALY_GATE,
    DATA_PACKAGES,
    EVALUATION_PACKAGES,
    SCHEMA,
    STATISTICS,
    TRANSFORM_PACKAGES,
    VALIDATION,
    Step,
    destination,
    schema_step,
    step_keys,
)
from trainers.tfx_module.source import module_hashes

RECORDS, TRANSFORM, TRAINER = "RecordExampleGen", "ModuleTransform", "ModuleTrainer"
EVALUATOR, PUSHER = "ModuleEvaluator", "ModulePusher"
STEP_IDS = (RECORDS, STATISTICS, SCHEMA, VALIDATION, ANOMALY_GATE, TRANSFORM, TRAINER, EVALUATOR, PUSHER)
"""Ids of the steps, in the order in which they run."""
_TRAIN_PACKAGES = ("tfx", "tensorflow", "keras", "tensorflow-transform")


def describe_module_steps(config: PipelineConfig, data: Dataset) -> tuple[Step, ...]:
    """Return the steps in an order in which they can run.

    Args:
        config: Configuration of a run with `module.source`.
        data: Its records.
    """
    module = config.module
    source = str(module.source)
    files = module_hashes(source)
    code = ("trainers.tfx_module.entry",)
    steps = (
        Step(id=RECORDS, parameters=_records(config, data), packages=DATA_PACKAGES),
        Step(id=STATISTICS, after=(RECORDS,), packages=DATA_PACKAGES),
        schema_step(config, data),
        Step(id=VALIDATION, after=(STATISTICS, SCHEMA), packages=DATA_PACKAGES, is_light=True),
        Step(id=ANOMALY_GATE, after=(VALIDATION,), code=("components.anomaly_gate.component",), is_light=True),
        Step(
            id=TRANSFORM,
            after=(RECORDS, SCHEMA, ANOMALY_GATE),
            parameters={"source": source},
            watched=files,
            code=code,
            packages=TRANSFORM_PACKAGES,
        ),
        Step(
            id=TRAINER,
            after=(SCHEMA, TRANSFORM),
            parameters={
                "source": source,
                "custom_config": module.custom_config,
                "train_steps": module.train_steps,
                "eval_steps": module.eval_steps,
            },
            watched=files,
            code=code,
            packages=_TRAIN_PACKAGES,
            memory_mib=1024,
        ),
        Step(
            id=EVALUATOR,
            after=(RECORDS, TRAINER),
            parameters={
                "label_key": module.label_key,
                "label_signature": module.label_signature,
                "min_accuracy": config.evaluation.min_accuracy,
            },
            code=("components.evaluator.module_config",),
            packages=EVALUATION_PACKAGES,
        ),
    )
    pusher = Step(
        id=PUSHER,
        after=(TRAINER, EVALUATOR),
        parameters={**destination(config), "source": source, "min_accuracy": config.evaluation.min_accuracy},
        settings={"lineage": json.dumps(_lineage(data, steps))},
        code=("components.module_pusher.component",),
        packages=EVALUATION_PACKAGES,
        is_light=True,
    )
    return (*steps, pusher)


def _records(config: PipelineConfig, data: Dataset) -> dict[str, object]:
    files = record_files(data.path)
    return {
        "data": data.path,
        "data_fingerprint": data.fingerprint,
        "kind": record_kind(files[0]),
        **config.data.model_dump(include={"eval_fraction", "test_fraction"}),
    }


def _lineage(data: Dataset, steps: tuple[Step, ...]) -> dict[str, str]:
    """Return the ids that lead a pushed model back to what it was made of; see `pipeline.steps`."""
    keys = step_keys(steps)
    names = {"examples": RECORDS, "schema": SCHEMA, "transform": TRANSFORM, "trainer": TRAINER}
    return {"data": data.fingerprint, **{f"{name}_step": keys[step_id] for name, step_id in names.items()}}
