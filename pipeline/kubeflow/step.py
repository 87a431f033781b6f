"""`python -m pipeline.kubeflow.step`: the entry point of every TFX step's container on Kubeflow Pipelines.

It stands between KFP's launcher and TFX's own entry point, which does the work. What goes wrong ends as one line and
exit code 1; the traceback stands above it only where it may help.
"""

import argparse
import json
import logging
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.image_example_gen.spans.choice import parse_choice
from components.image_example_gen.spans.pattern import is_pattern
from pipeline import steps
from pipeline.dataset import inspect_dataset
from pipeline.errors import ExitCode, UsageError
from pipeline.failure import explain, is_for_users
from pipeline.kubeflow.executor_input import prepare, publish
from pipeline.kubeflow.merge import apply_merges, merges_from_json
from pipeline.kubeflow.messages import tell_failure, tell_outcome
from pipeline.kubeflow.step_kinds import kind_of
from pipeline.kubeflow.storage_paths import StoragePaths
from pipeline.tfx_import import loading_tfx
from trainers.import_order import load_triton_before_tensorflow


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one step; returns the exit code."""
    options, beam_arguments = _parser().parse_known_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        outcome = _run(options, beam_arguments)
    except Exception as error:  # the door of this process: whatever stops it must be said in one line
        if not is_for_users(error):
            traceback.print_exc()
        tell_failure(explain(error))
        return int(ExitCode.FAILED)
    tell_outcome(outcome)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline.kubeflow.step", allow_abbrev=False)
    parser.add_argument("--step", required=True, help="id of the step")
    parser.add_argument("--merges", default="[]", help="JSON: run parameters that belong inside other parameters")
    parser.add_argument("--num_classes", type=int, help="number of classes that the pipeline was compiled for")
    parser.add_argument("--ready_file", default="", help="name of the file that a span must hold to count")
    parser.add_argument("--executor_class_path", required=True, help="TFX executor")
    parser.add_argument("--json_serialized_invocation_args", required=True, help="KFP's ExecutorInput")
    parser.add_argument("--json_serialized_inputs_spec_args", required=True, help="KFP's ComponentInputsSpec")
    return parser


def _run(options: argparse.Namespace, beam_arguments: list[str]) -> str:
    """Run TFX's executor as TFX's entry point does; returns what the step did, in words."""
    executor_input = json.loads(options.json_serialized_invocation_args)
    paths = StoragePaths.from_environment()
    prepare(executor_input, json.loads(options.json_serialized_inputs_spec_args), paths)
    parameters = executor_input.setdefault("inputs", {}).setdefault("parameterValues", {})
    apply_merges(parameters, merges_from_json(options.merges))
    if options.step == steps.EXAMPLES:
        _look_at_data(parameters, options.num_classes, options.ready_file)
    if kind_of(options.step) in {"Tuner", "Trainer"}:
        load_triton_before_tensorflow()

    with loading_tfx():
        from tfx.orchestration.kubeflow.v2.container import kubeflow_v2_run_executor

    handed_on = argparse.Namespace(
        executor_class_path=options.executor_class_path,
        json_serialized_invocation_args=json.dumps(executor_input),
        json_serialized_inputs_spec_args=options.json_serialized_inputs_spec_args,
    )
    kubeflow_v2_run_executor.main((handed_on, beam_arguments))

    from pipeline.kubeflow.step_outcome import read_step_outcome

    output_file = Path(executor_input["outputs"]["outputFile"])
    outcome = read_step_outcome(options.step, executor_input, output_file)
    publish(output_file, paths)
    return outcome


def _look_at_data(parameters: dict[str, Any], num_classes: int, ready_file: str) -> None:
    """Check the data before reading it; fill in its spans and fingerprint, which only a pod that sees it can tell."""
    if parameters["spans"] and not is_pattern(parameters["data"]):
        problem = f"spans {parameters['spans']!r} are those of a pattern, and the data {parameters['data']} is none"
        raise UsageError([f"{problem}; start the run with an empty parameter spans"])
    data = inspect_dataset(parameters["data"], None, parse_choice(parameters["spans"], ready_file=ready_file))
    if len(data.labels) != num_classes:
        raise UsageError(
            [
                f"{data.path} has {len(data.labels)} classes but this pipeline was compiled for {num_classes};"
                " compile it again with kubeflow.num_classes or where the data is mounted"
            ]
        )
    parameters["spans"] = data.spans
    parameters["data_fingerprint"] = data.fingerprint


if __name__ == "__main__":
    sys.exit(main())
