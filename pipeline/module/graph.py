"""The pipeline of a TFX module: TFX's own components from the records to the evaluation, then our push."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tfx  # noqa: F401  before tensorflow_data_validation: on older systems TFX puts in what that one misses
from tfx.components import (
    CsvExampleGen,
    Evaluator,
    ExampleValidator,
    ImportExampleGen,
    SchemaGen,
    StatisticsGen,
    Trainer,
    Transform,
)
from tfx.components.schema_gen.import_schema_gen.component import ImportSchemaGen
from tfx.dsl.components.base.base_node import BaseNode
from tfx.orchestration.metadata import sqlite_metadata_connection_config
from tfx.orchestration.pipeline import Pipeline
from tfx.proto import example_gen_pb2, trainer_pb2

from components.anomaly_gate.component import AnomalyGate
from components.evaluator.module_config import build_module_eval_config
from components.image_example_gen.splits import EVAL, TEST, TRAIN
from components.module_pusher.component import ModulePusher
from pipeline.config import PipelineConfig
from pipeline.module import steps as module_steps
from pipeline.steps import SCHEMA, Step

_BUCKETS = 1000
"""Parts into which records fall by their content; fractions are rounded to them."""
_GENERATORS = {"csv": CsvExampleGen, "tfrecord": ImportExampleGen}

Parameters = dict[str, Any]
"""Execution parameters of one component, by name."""


def build_module_pipeline(
    config: PipelineConfig, described: Iterable[Step], *, artifacts_dir: Path, metadata_file: Path, beam_args: list[str]
) -> Pipeline:
    """Draw the pipeline; see `pipeline.graph.build_pipeline` for the arguments."""
    parameters = {step.id: step.arguments for step in described}

    data = _records(parameters[module_steps.RECORDS]).with_id(module_steps.RECORDS)
    examples = data.outputs["examples"]
    statistics = StatisticsGen(examples=examples)
    schema = _schema(statistics, parameters[SCHEMA])
    validation = ExampleValidator(statistics=statistics.outputs["statistics"], schema=schema.outputs["schema"])
    gate = AnomalyGate(anomalies=validation.outputs["anomalies"])
    transform = Transform(
        examples=examples,
        schema=schema.outputs["schema"],
        preprocessing_fn="trainers.tfx_module.entry.preprocessing_fn",
        custom_config=parameters[module_steps.TRANSFORM],
        disable_analyzer_cache=True,
    ).with_id(module_steps.TRANSFORM)
    transform.add_upstream_node(gate)
    trainer = _trainer(transform, schema, parameters[module_steps.TRAINER])
    evaluator = Evaluator(
        examples=examples,
        model=trainer.outputs["model"],
        example_splits=[TEST],
        eval_config=build_module_eval_config(**parameters[module_steps.EVALUATOR]),
    ).with_id(module_steps.EVALUATOR)
    pusher = ModulePusher(
        model=trainer.outputs["model"],
        evaluation=evaluator.outputs["evaluation"],
        blessing=evaluator.outputs["blessing"],
        **parameters[module_steps.PUSHER],
    )
    return Pipeline(
        pipeline_name=config.pipeline_name,
        pipeline_root=str(artifacts_dir),
        components=[data, statistics, schema, validation, gate, transform, trainer, evaluator, pusher],
        metadata_connection_config=sqlite_metadata_connection_config(str(metadata_file)),
        beam_pipeline_args=beam_args,
        enable_cache=False,  # as in pipeline.graph
    )


def _records(parameters: Parameters) -> BaseNode:
    """Return TFX's ExampleGen for the kind of records, which divides them by their content."""
    path = Path(parameters["data"])
    folder, pattern = (path, "*") if path.is_dir() else (path.parent, path.name)
    buckets = {split: max(1, round(_BUCKETS * parameters[f"{split}_fraction"])) for split in (EVAL, TEST)}
    sizes = {TRAIN: _BUCKETS - sum(buckets.values()), **buckets}
    splits = [example_gen_pb2.SplitConfig.Split(name=name, hash_buckets=size) for name, size in sizes.items()]
    return _GENERATORS[parameters["kind"]](
        input_base=str(folder),
        input_config=example_gen_pb2.Input(splits=[example_gen_pb2.Input.Split(name="all", pattern=pattern)]),
        output_config=example_gen_pb2.Output(split_config=example_gen_pb2.SplitConfig(splits=splits)),
    )


def _schema(statistics: BaseNode, parameters: Parameters) -> BaseNode:
    if "schema_file" in parameters:
        return ImportSchemaGen(**parameters).with_id(SCHEMA)
    return SchemaGen(statistics=statistics.outputs["statistics"], **parameters)


def _trainer(transform: BaseNode, schema: BaseNode, parameters: Parameters) -> BaseNode:
    return Trainer(
        examples=transform.outputs["transformed_examples"],
        transform_graph=transform.outputs["transform_graph"],
        schema=schema.outputs["schema"],
        run_fn="trainers.tfx_module.entry.run_fn",
        train_args=trainer_pb2.TrainArgs(splits=[TRAIN], num_steps=parameters["train_steps"]),
        eval_args=trainer_pb2.EvalArgs(splits=[EVAL], num_steps=parameters["eval_steps"]),
        custom_config={name: parameters[name] for name in ("source", "custom_config")},
    ).with_id(module_steps.TRAINER)
