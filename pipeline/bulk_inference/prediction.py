"""The Beam pipeline of bulk inference: read, predict, write."""

import os
import traceback
from dataclasses import dataclass

import apache_beam as beam
from apache_beam.metrics import MetricsFilter
from apache_beam.ml.inference.base import ModelHandler, RunInference
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineResult
from pyarrow import ArrowException

from pipeline.beam.arguments import beam_arguments
from pipeline.beam.config import BeamConfig
from pipeline.bulk_inference.onnx_handler import OnnxHandler
from pipeline.bulk_inference.output_folder import whole_folder
from pipeline.bulk_inference.readers import read_images
from pipeline.bulk_inference.request import PredictRequest
from pipeline.bulk_inference.rows import ERRORS, NAMESPACE, ROWS, ToRowFn
from pipeline.bulk_inference.saved_model_handler import SavedModelHandler
from pipeline.bulk_inference.writers import write_rows
from pipeline.errors import PipelineError
from serving.bundle import ONNX_FILE


@dataclass(frozen=True)
class PredictionCounts:
    """What was written.

    Attributes:
        rows: Images that have a row.
        errors: Rows that hold an error instead of an answer.
    """

    rows: int
    errors: int


def predict(request: PredictRequest) -> PredictionCounts:
    """Write a row for each image into the output folder, which appears whole or not at all.

    Raises:
        PipelineError: Beam could not run to its end; nothing was written.
    """
    arguments = beam_arguments(request.beam)
    with whole_folder(request.output) as folder:
        try:
            pipeline = beam.Pipeline(options=PipelineOptions(arguments))
            rows = (
                read_images(pipeline, request.source)
                | "Predict" >> RunInference(_handler(request))
                | "ToRow" >> beam.ParDo(ToRowFn(request.model, with_all_probabilities=request.with_all_probabilities))
            )
            write_rows(
                rows,
                folder,
                output_format=request.output_format,
                with_all_probabilities=request.with_all_probabilities,
            )
            result = pipeline.run()
            result.wait_until_finish()
        except (RuntimeError, ValueError, TypeError, OSError, ArrowException) as error:
            raise PipelineError(_explain(error, request)) from error
        return _count(result)


def _handler(request: PredictRequest) -> ModelHandler:
    folder, batch_size_images = request.model.folder, request.batch_size_images
    if request.backend == "savedmodel":
        return SavedModelHandler(folder, batch_size_images=batch_size_images)
    threads = 1 if _has_several_local_workers(request.beam) else 0
    return OnnxHandler(folder / ONNX_FILE, batch_size_images=batch_size_images, threads=threads)


def _has_several_local_workers(beam_config: BeamConfig) -> bool:
    """Return whether the workers share the cores of this machine among them."""
    if beam_config.runner == "multi_process":
        return (beam_config.workers or os.cpu_count() or 1) > 1
    return beam_config.runner == "in_process" and beam_config.workers > 1


def _count(result: PipelineResult) -> PredictionCounts:
    counters = result.metrics().query(MetricsFilter().with_namespace(NAMESPACE))["counters"]
    found = {counter.key.metric.name: int(counter.result) for counter in counters}
    return PredictionCounts(rows=found.get(ROWS, 0), errors=found.get(ERRORS, 0))


def _explain(error: Exception, request: PredictRequest) -> str:
    """Keep the traceback in a file, since it may be that of a worker, and return the line that says what happened."""
    log = request.output.with_name(f"{request.output.name}.failed.log")
    log.write_text("".join(traceback.format_exception(error)))
    lines = [line for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return f"nothing was written: {lines[-1].strip()}; the traceback is in {log}"
