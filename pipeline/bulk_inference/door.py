"""Check everything about a request before any of the work, and say every problem at once."""

import argparse
from collections.abc import Sequence
from importlib import util
from pathlib import Path

from pydantic import ValidationError

from pipeline.beam.config import BeamConfig
from pipeline.bulk_inference.columns import find_column_problems
from pipeline.bulk_inference.model_folder import open_model
from pipeline.bulk_inference.request import BACKENDS, OUTPUT_FORMATS, Backend, OutputFormat, PredictRequest, Source
from pipeline.bulk_inference.sources import find_source
from pipeline.errors import UsageError
from pipeline.problems import Problems, unknown_words
from trainers.did_you_mean import did_you_mean

_PACKAGES: dict[Backend, str] = {"onnx": "onnxruntime", "savedmodel": "tensorflow"}
_ADDRESS_MARK = "://"
"""What only the address of an object store has."""


def check_request(
    options: argparse.Namespace, unknown_options: Sequence[str], known_options: Sequence[str]
) -> PredictRequest:
    """Return the request, or one UsageError with all problems of options, model, input, output and Beam."""
    problems = Problems()
    problems.sentences += unknown_words(unknown_options, known_options)
    collect = problems.collect
    model = collect(lambda: open_model(_required(options.model, "--model")))
    source = collect(lambda: _open_source(options))
    output = collect(lambda: _check_output(_required(options.output, "--output")))
    output_format = collect(lambda: _choose_format(options.format, options.output))
    backend = collect(lambda: _choose_backend(options.backend))
    batch_size_images = collect(lambda: _check_batch_size(options.batch_size))
    beam = collect(lambda: _check_beam(options))
    if problems or not (model and source and output and output_format and backend and batch_size_images and beam):
        raise UsageError(problems.sentences)
    return PredictRequest(
        model=model,
        source=source,
        output=output,
        output_format=output_format,
        backend=backend,
        batch_size_images=batch_size_images,
        with_all_probabilities=options.all_probabilities,
        beam=beam,
    )


def _required(value: str | None, option: str) -> Path:
    if not value:
        raise UsageError([f"{option} is missing; see --help"])
    if _ADDRESS_MARK in value:
        raise UsageError([f"{option} {value} is an address, but it must be a folder that every worker has mounted"])
    return Path(value)


def _open_source(options: argparse.Namespace) -> Source:
    path = _required(options.input, "--input")
    source = find_source(str(path), image_column=options.image_column, id_column=options.id_column)
    problems = find_column_problems(source)
    if problems:
        raise UsageError(problems)
    return source


def _check_output(path: Path) -> Path:
    if path.exists():
        raise UsageError([f"--output {path} exists already; remove it or choose another name"])
    return path.absolute()


def _choose_format(name: str | None, output: str | None) -> OutputFormat:
    names = ", ".join(OUTPUT_FORMATS)
    if name is not None:
        if name not in OUTPUT_FORMATS:
            hint = did_you_mean(name, OUTPUT_FORMATS)
            raise UsageError([f"--format {name!r} is unknown; choices are {names}.{hint}"])
        return OUTPUT_FORMATS[name]
    suffix = Path((output or "x.parquet").removesuffix(".gz")).suffix.removeprefix(".")
    if suffix not in OUTPUT_FORMATS:
        hint = did_you_mean(suffix, OUTPUT_FORMATS)
        raise UsageError([f"--output {output} does not end in a format ({names}); rename it or set --format.{hint}"])
    return OUTPUT_FORMATS[suffix]


def _choose_backend(name: str) -> Backend:
    if name not in BACKENDS:
        hint = did_you_mean(name, BACKENDS)
        raise UsageError([f"--backend {name!r} is unknown; choices are {', '.join(BACKENDS)}.{hint}"])
    for backend, package in _PACKAGES.items():
        if name in ("auto", backend) and util.find_spec(package) is not None:
            return backend
    wanted = _PACKAGES["onnx" if name == "onnx" else "savedmodel"]
    raise UsageError([f"--backend {name} needs a package that is not installed: pip install {wanted}"])


def _check_batch_size(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise UsageError([f"--batch-size {text!r} is not a number of images from 1"])
    return int(text)


def _check_beam(options: argparse.Namespace) -> BeamConfig:
    settings = {
        "runner": options.beam_runner,
        "workers": options.beam_workers,
        "image": options.beam_image,
        "args": tuple(options.beam_arg),
    }
    try:
        return BeamConfig.model_validate({name: value for name, value in settings.items() if value is not None})
    except ValidationError as error:
        raise UsageError([_sentence(problem["loc"], problem["msg"]) for problem in error.errors()]) from error


def _sentence(location: Sequence[int | str], message: str) -> str:
    place = "".join(f"beam.{part}: " for part in location[:1])
    return f"{place}{message.removeprefix('Value error, ')}"
