"""The steps of a run as plain data: how they are wired, and what each depends on.

`pipeline.graph` makes the TFX pipeline of it, and `pipeline.step_key` the keys by which a step is run again or not.
"""

import hashlib
import json

from components.image_example_gen.splits import TEST
from pipeline.config import FRAMEWORKS, PipelineConfig
from pipeline.dataset import Dataset
from pipeline.fitting_steps import fitting_steps
from pipeline.step import Call, Node, Output, Step
from pipeline.step_key import key_parts
from trainers.framework import Framework

EXAMPLES, STATISTICS, SCHEMA = "ImageExampleGen", "StatisticsGen", "SchemaGen"
VALIDATION, ANOMALY_GATE, TRANSFORM = "ExampleValidator", "AnomalyGate", "Transform"
BASELINE, CHAMPION, PUSHER = "Baseline", "Champion", "Pusher"

PUSHED_MODEL = "the pushed model"
"""Name under which a step watches what is pushed now."""
_IMAGES = Output(EXAMPLES, "examples")
STATISTICS_FOUND, SCHEMA_FOUND = Output(STATISTICS, "statistics"), Output(SCHEMA, "schema")
_DATA_STEPS = (EXAMPLES, STATISTICS, SCHEMA, VALIDATION, ANOMALY_GATE, TRANSFORM)


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
        Step(
            id=EXAMPLES,
            node=Node(component="components.image_example_gen.component:ImageExampleGen"),
            parameters=ingest,
        ),
        Step(
            id=STATISTICS,
            node=Node(
                component="tfx.components.statistics_gen.component:StatisticsGen",
                inputs={"examples": _IMAGES},
                arguments={"stats_options": Call("components.statistics.options:image_statistics_options")},
            ),
        ),
        *validation_steps(config, data),
        Step(
            id=TRANSFORM,
            node=Node(
                component="tfx.components.transform.component:Transform",
                inputs={"examples": _IMAGES, "schema": SCHEMA_FOUND},
                waits_for=(ANOMALY_GATE,),
                arguments={
                    "preprocessing_fn": "trainers.preprocessing.preprocessing_fn",
                    "materialize": False,  # standardised floats would take 16 times the disk of the pixels
                    "disable_statistics": True,  # StatisticsGen has them; here they would decode every image again
                    "disable_analyzer_cache": True,
                },
                parameters_as="custom_config",
            ),
            parameters={
                "image_size_pixels": config.image.size_pixels,
                "normalization": config.image.normalization,
            },
        ),
    )


def validation_steps(config: PipelineConfig, data: Dataset) -> tuple[Step, ...]:
    """Return the steps between the statistics and Transform: the schema, the anomalies, and the gate."""
    return (
        _schema_step(config, data),
        Step(
            id=VALIDATION,
            node=Node(
                component="tfx.components.example_validator.component:ExampleValidator",
                inputs={"statistics": STATISTICS_FOUND, "schema": SCHEMA_FOUND},
            ),
            is_light=True,
        ),
        Step(
            id=ANOMALY_GATE,
            node=Node(
                component="components.anomaly_gate.component:AnomalyGate",
                inputs={"anomalies": Output(VALIDATION, "anomalies")},
            ),
            is_light=True,
        ),
    )


def _schema_step(config: PipelineConfig, data: Dataset) -> Step:
    """Return the step that infers the schema or takes over the curated one."""
    if config.data.schema_file:
        schema_file = str(config.data.schema_file.absolute())
        return Step(
            id=SCHEMA,
            node=Node(component="tfx.components.schema_gen.import_schema_gen.component:ImportSchemaGen"),
            parameters={"schema_file": schema_file},
            watched={schema_file: data.schema_fingerprint},
            is_light=True,
        )
    return Step(
        id=SCHEMA,
        node=Node(component="tfx.components.schema_gen.component:SchemaGen", inputs={"statistics": STATISTICS_FOUND}),
        parameters={"infer_feature_shape": True},
        is_light=True,
    )


def _baseline_step(config: PipelineConfig, baseline_checksum: str) -> Step:
    return Step(
        id=BASELINE,
        node=Node(component="components.baseline.component:Baseline", inputs={"examples": _IMAGES}),
        parameters=destination(config),
        watched={PUSHED_MODEL: baseline_checksum},
        is_light=True,
    )


def _candidate_steps(
    config: PipelineConfig, data: Dataset, framework: Framework, common: tuple[Step, ...], baseline_checksum: str
) -> tuple[Step, ...]:
    fitting = fitting_steps(
        config,
        framework,
        search_id=tuner(framework),
        training_id=trainer(framework),
        inputs={"examples": _IMAGES, "transform_graph": Output(TRANSFORM, "transform_graph")},
        baseline_checksum=baseline_checksum,
    )
    training = fitting[-1].id
    return (
        *fitting,
        Step(
            id=parity(framework),
            node=Node(
                component="components.parity.component:Parity",
                inputs={"model": Output(training, "model"), "model_run": Output(training, "model_run")},
            ),
            parameters={"max_probability_difference": config.parity.max_probability_difference},
            settings={"lineage": json.dumps(_lineage(data, (*common, *fitting)))},
        ),
        Step(
            id=evaluator(framework),
            node=Node(
                component="components.evaluator.component:ImageEvaluator",
                inputs={
                    "examples": _IMAGES,
                    "model": Output(parity(framework), "bundle"),
                    "baseline_model": Output(BASELINE, "model"),
                },
                arguments={
                    "example_splits": [TEST],
                    "eval_config": Call("components.evaluator.config:build_eval_config"),
                },
                parameters_as="eval_config",
            ),
            parameters={"num_classes": len(data.labels), **config.evaluation.model_dump()},
        ),
    )


def _lineage(data: Dataset, steps: tuple[Step, ...]) -> dict[str, str]:
    """Return the ids that lead a bundle back to what it was made of.

    Those called `*_step` are step keys: ML Metadata holds them as the property `tandem_step_key` of the execution.
    """
    parts = key_parts(steps)
    training = parts[steps[-1].id]
    settings = json.dumps({step.id: step.parameters for step in steps if step.id != BASELINE}, sort_keys=True)
    return {
        "data": data.fingerprint,
        **({"spans": data.spans} if data.spans else {}),
        "config": hashlib.sha256(settings.encode()).hexdigest(),
        "code": hashlib.sha256(json.dumps(training.code, sort_keys=True).encode()).hexdigest(),
        "examples_step": parts[EXAMPLES].key,
        "statistics_step": parts[STATISTICS].key,
        "schema_step": parts[SCHEMA].key,
        "transform_step": parts[TRANSFORM].key,
        "trainer_step": training.key,
    }


def _final_steps(config: PipelineConfig) -> tuple[Step, ...]:
    bundles = {f"{framework}_bundle": Output(parity(framework), "bundle") for framework in config.frameworks}
    judgements = {
        f"{framework}_{name}": Output(evaluator(framework), name)
        for framework in config.frameworks
        for name in ("evaluation", "blessing")
    }
    return (
        Step(
            id=CHAMPION,
            node=Node(
                component="components.champion.component:Champion",
                inputs={"baseline": Output(BASELINE, "model"), **bundles, **judgements},
            ),
            parameters=config.evaluation.model_dump(),
            is_light=True,
        ),
        Step(
            id=PUSHER,
            node=Node(
                component="components.pusher.component:Pusher",
                inputs={"decision": Output(CHAMPION, "decision"), "examples": _IMAGES, **bundles},
            ),
            parameters=destination(config),
            is_light=True,
        ),
    )


def destination(config: PipelineConfig) -> dict[str, str]:
    """Return the parameters that say where a step finds and puts pushed models."""
    return {"push_dir": str(config.models_folder), "model_name": config.pushed_name}


def all_step_ids() -> tuple[str, ...]:
    """Return the ids of the steps that a run of both frameworks can have."""
    branches = (name(framework) for framework in FRAMEWORKS for name in (tuner, trainer, parity, evaluator))
    return (*_DATA_STEPS, BASELINE, *branches, CHAMPION, PUSHER)
