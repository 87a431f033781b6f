"""The pipeline, drawn on one screen; the details of the longer components below it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tfx  # noqa: F401  before tensorflow_data_validation: on older systems TFX puts in what that one misses
from tfx.components import ExampleValidator, SchemaGen, StatisticsGen, Trainer, Transform, Tuner
from tfx.components.schema_gen.import_schema_gen.component import ImportSchemaGen
from tfx.dsl.components.base.base_node import BaseNode
from tfx.orchestration.metadata import sqlite_metadata_connection_config
from tfx.orchestration.pipeline import Pipeline
from tfx.proto import trainer_pb2
from tfx.types.channel import Channel

from components.anomaly_gate.component import AnomalyGate
from components.baseline.component import Baseline
from components.champion.component import Champion
from components.evaluator.component import ImageEvaluator
from components.evaluator.config import build_eval_config
from components.image_example_gen.component import ImageExampleGen
from components.image_example_gen.splits import EVAL, TEST, TRAIN
from components.parity.component import Parity
from components.pusher.component import Pusher
from components.statistics.options import image_statistics_options
from pipeline import steps
from pipeline.config import PipelineConfig
from pipeline.steps import Step
from trainers.framework import Framework

Parameters = dict[str, Any]
"""Execution parameters of one component, by name."""


def build_pipeline(
    config: PipelineConfig, described: Iterable[Step], *, artifacts_dir: Path, metadata_file: Path, beam_args: list[str]
) -> Pipeline:
    """Draw the pipeline: data steps, a branch for each framework, and the choice at the end.

    Args:
        config: Configuration of the run.
        described: The steps; their parameters become those of the components.
        artifacts_dir: Folder for the artifacts of all steps.
        metadata_file: SQLite file of ML Metadata.
        beam_args: Options of the Beam pipelines.
    """
    parameters = {step.id: step.arguments for step in described}

    data = ImageExampleGen(**parameters[steps.EXAMPLES])
    examples = data.outputs["examples"]
    statistics = StatisticsGen(examples=examples, stats_options=image_statistics_options())
    schema = _schema(statistics, parameters[steps.SCHEMA])
    validation = ExampleValidator(statistics=statistics.outputs["statistics"], schema=schema.outputs["schema"])
    gate = AnomalyGate(anomalies=validation.outputs["anomalies"])
    transform = _transform(examples, schema, parameters[steps.TRANSFORM])
    transform.add_upstream_node(gate)
    baseline = Baseline(examples=examples, **parameters[steps.BASELINE])

    nodes: list[BaseNode] = [data, statistics, schema, validation, gate, transform, baseline]
    bundles, judged = {}, {}
    for framework in config.frameworks:
        search = [_tuner(framework, examples, transform, parameters)] if config.tune.enabled else []
        trainer = _trainer(framework, examples, transform, search, parameters)
        proof = _prove(framework, trainer, parameters)
        evaluator = _evaluator(framework, examples, proof, baseline, parameters)
        nodes += [*search, trainer, proof, evaluator]
        bundles[f"{framework}_bundle"] = proof.outputs["bundle"]
        judged[f"{framework}_evaluation"] = evaluator.outputs["evaluation"]
        judged[f"{framework}_blessing"] = evaluator.outputs["blessing"]

    champion = Champion(baseline=baseline.outputs["model"], **bundles, **judged, **parameters[steps.CHAMPION])
    pusher = Pusher(decision=champion.outputs["decision"], examples=examples, **bundles, **parameters[steps.PUSHER])
    return Pipeline(
        pipeline_name=config.pipeline_name,
        pipeline_root=str(artifacts_dir),
        components=[*nodes, champion, pusher],
        metadata_connection_config=sqlite_metadata_connection_config(str(metadata_file)),
        beam_pipeline_args=beam_args,
        enable_cache=False,  # TFX's key does not see code; the runner decides by the keys of pipeline.steps
    )


def _transform(examples: Channel, schema: BaseNode, parameters: Parameters) -> BaseNode:
    return Transform(
        examples=examples,
        schema=schema.outputs["schema"],
        preprocessing_fn="trainers.preprocessing.preprocessing_fn",
        custom_config=parameters,
        materialize=False,  # standardised floats would take 16 times the disk of the pixels
        disable_statistics=True,  # StatisticsGen has them; here they would decode every image again
        disable_analyzer_cache=True,
    )


def _tuner(framework: Framework, examples: Channel, transform: BaseNode, parameters: dict[str, Parameters]) -> BaseNode:
    return Tuner(
        examples=examples,
        transform_graph=transform.outputs["transform_graph"],
        tuner_fn="trainers.tuning.tuner_fn.tuner_fn",
        train_args=trainer_pb2.TrainArgs(splits=[TRAIN]),
        eval_args=trainer_pb2.EvalArgs(splits=[EVAL]),
        custom_config=parameters[steps.tuner(framework)],
    ).with_id(steps.tuner(framework))


def _trainer(
    framework: Framework,
    examples: Channel,
    transform: BaseNode,
    search: list[BaseNode],
    parameters: dict[str, Parameters],
) -> BaseNode:
    return Trainer(
        examples=examples,
        transform_graph=transform.outputs["transform_graph"],
        hyperparameters=search[0].outputs["best_hyperparameters"] if search else None,
        run_fn="trainers.run_fn.run_fn",
        train_args=trainer_pb2.TrainArgs(splits=[TRAIN]),
        eval_args=trainer_pb2.EvalArgs(splits=[EVAL]),
        custom_config=parameters[steps.trainer(framework)],
    ).with_id(steps.trainer(framework))


def _evaluator(
    framework: Framework,
    examples: Channel,
    proof: BaseNode,
    baseline: BaseNode,
    parameters: dict[str, Parameters],
) -> BaseNode:
    return ImageEvaluator(
        examples=examples,
        model=proof.outputs["bundle"],
        baseline_model=baseline.outputs["model"],
        example_splits=[TEST],
        eval_config=build_eval_config(**parameters[steps.evaluator(framework)]),
    ).with_id(steps.evaluator(framework))


def _schema(statistics: BaseNode, parameters: Parameters) -> BaseNode:
    if "schema_file" in parameters:
        return ImportSchemaGen(**parameters).with_id(steps.SCHEMA)
    return SchemaGen(statistics=statistics.outputs["statistics"], **parameters)


def _prove(framework: Framework, trainer: BaseNode, parameters: dict[str, Parameters]) -> BaseNode:
    return Parity(
        model=trainer.outputs["model"],
        model_run=trainer.outputs["model_run"],
        **parameters[steps.parity(framework)],
    ).with_id(steps.parity(framework))
