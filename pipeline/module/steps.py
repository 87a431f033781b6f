"""The steps of a run that trains a TFX module, as plain data; see `pipeline.steps`."""

import json

from components.image_example_gen.splits import EVAL, TEST, TRAIN
from pipeline.config import PipelineConfig
from pipeline.dataset import Dataset
from pipeline.fitting_steps import EVAL_ARGS, TRAIN_ARGS
from pipeline.module.dataset import record_files, record_kind
from pipeline.step import Call, Node, Output, Step
from pipeline.step_key import step_keys
from pipeline.steps import (
    ANOMALY_GATE,
    SCHEMA,
    SCHEMA_FOUND,
    STATISTICS,
    VALIDATION,
    destination,
    validation_steps,
)
from trainers.tfx_module.source import module_files, module_hashes

RECORDS, TRANSFORM, TRAINER = "RecordExampleGen", "ModuleTransform", "ModuleTrainer"
EVALUATOR, PUSHER = "ModuleEvaluator", "ModulePusher"
STEP_IDS = (RECORDS, STATISTICS, SCHEMA, VALIDATION, ANOMALY_GATE, TRANSFORM, TRAINER, EVALUATOR, PUSHER)
"""Ids of the steps, in the order in which they run."""
_EXAMPLES = Output(RECORDS, "examples")
_MODEL = Output(TRAINER, "model")


def describe_module_steps(config: PipelineConfig, data: Dataset) -> tuple[Step, ...]:
    """Return the steps in an order in which they can run.

    Args:
        config: Configuration of a run with `module.source`.
        data: Its records.
    """
    module = config.module
    source = str(module.source)
    hashes, files = module_hashes(source), module_files(source)
    steps = (
        Step(
            id=RECORDS,
            node=Node(component="pipeline.module.record_example_gen:record_example_gen"),
            parameters=_records(config, data),
        ),
        Step(
            id=STATISTICS,
            node=Node(
                component="tfx.components.statistics_gen.component:StatisticsGen", inputs={"examples": _EXAMPLES}
            ),
        ),
        *validation_steps(config, data),
        Step(
            id=TRANSFORM,
            node=Node(
                component="tfx.components.transform.component:Transform",
                inputs={"examples": _EXAMPLES, "schema": SCHEMA_FOUND},
                waits_for=(ANOMALY_GATE,),
                arguments={
                    "preprocessing_fn": "trainers.tfx_module.entry.preprocessing_fn",
                    "disable_analyzer_cache": True,
                },
                parameters_as="custom_config",
            ),
            parameters={"source": source},
            watched=hashes,
            user_files=files,
        ),
        Step(
            id=TRAINER,
            node=Node(
                component="tfx.components.trainer.component:Trainer",
                inputs={
                    "examples": Output(TRANSFORM, "transformed_examples"),
                    "transform_graph": Output(TRANSFORM, "transform_graph"),
                    "schema": SCHEMA_FOUND,
                },
                arguments={
                    "run_fn": "trainers.tfx_module.entry.run_fn",
                    "train_args": Call(TRAIN_ARGS, {"splits": [TRAIN], "num_steps": module.train_steps}),
                    "eval_args": Call(EVAL_ARGS, {"splits": [EVAL], "num_steps": module.eval_steps}),
                },
                parameters_as="custom_config",
            ),
            parameters={"source": source, "custom_config": module.custom_config},
            watched=hashes,
            user_files=files,
            memory_mib=1024,
        ),
        Step(
            id=EVALUATOR,
            node=Node(
                component="tfx.components.evaluator.component:Evaluator",
                inputs={"examples": _EXAMPLES, "model": _MODEL},
                arguments={
                    "example_splits": [TEST],
                    "eval_config": Call("components.evaluator.module_config:build_module_eval_config"),
                },
                parameters_as="eval_config",
            ),
            parameters={
                "label_key": module.label_key,
                "label_signature": module.label_signature,
                "min_accuracy": config.evaluation.min_accuracy,
            },
        ),
    )
    pusher = Step(
        id=PUSHER,
        node=Node(
            component="components.module_pusher.component:ModulePusher",
            inputs={
                "model": _MODEL,
                "evaluation": Output(EVALUATOR, "evaluation"),
                "blessing": Output(EVALUATOR, "blessing"),
            },
        ),
        parameters={**destination(config), "source": source, "min_accuracy": config.evaluation.min_accuracy},
        settings={"lineage": json.dumps(_lineage(data, steps))},
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
