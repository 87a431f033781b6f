"""Put a configuration together from preset, file, `--set` and options, and say everything that is wrong with it."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from components.image_example_gen.sources import DIGITS
from pipeline.config import PipelineConfig
from pipeline.errors import UsageError
from pipeline.presets import PRESETS, default_preset
from trainers.did_you_mean import did_you_mean

Layer = dict[str, Any]


def load_config(
    *,
    preset: str | None = None,
    file: Path | None = None,
    assignments: Iterable[str] = (),
    options: Mapping[str, Any] | None = None,
) -> PipelineConfig:
    """Return the configuration: the preset, overridden by the file, by `--set` and by the options, in this order.

    Args:
        preset: Name in `PRESETS`; None chooses by the data.
        file: YAML file with the sections of PipelineConfig.
        assignments: `a.b=value`, the value written as in YAML.
        options: Nested settings from command-line options.

    Raises:
        UsageError: With every problem of all layers.
    """
    problems: list[str] = []
    overrides: Layer = {}
    for layer in (_read_file(file, problems), *_read_assignments(assignments, problems), dict(options or {})):
        overrides = merge(overrides, layer)
    name = preset or default_preset(_data_path(overrides))
    if name not in PRESETS:
        problems.append(f"unknown preset {name!r}; presets are {', '.join(PRESETS)}.{did_you_mean(name, PRESETS)}")
    settings = merge(PRESETS[name]() if name in PRESETS else {}, overrides)
    config, invalid = _validate(settings)
    if problems or config is None:
        raise UsageError([*problems, *invalid])
    return config


def config_of(options: argparse.Namespace, nested: Mapping[str, Any]) -> PipelineConfig:
    """Return the configuration that a command's options `--preset`, `--config` and `--set` name.

    Args:
        options: The options; a command may have no presets.
        nested: What its other options say, as nested settings; see `load_config`.

    Raises:
        UsageError: With every problem of all layers.
    """
    return load_config(
        preset=getattr(options, "preset", None),
        file=Path(options.config) if options.config else None,
        assignments=options.assignments,
        options=nested,
    )


def merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> Layer:
    """Return `below` with the values of `above` put over it, section by section."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def _data_path(settings: Mapping[str, Any]) -> str:
    data = settings.get("data")
    return str(data.get("path", DIGITS)) if isinstance(data, Mapping) else DIGITS


def _read_file(file: Path | None, problems: list[str]) -> Layer:
    if file is None:
        return {}
    try:
        content = yaml.safe_load(file.read_text())
    except OSError as error:
        problems.append(f"config file {file} cannot be read: {error.strerror}")
    except yaml.YAMLError as error:
        problems.append(f"config file {file} is not YAML: {' '.join(str(error).split())}")
    else:
        if content is None or isinstance(content, dict):
            return content or {}
        problems.append(f"config file {file} must hold sections such as 'train:', not {type(content).__name__}")
    return {}


def _read_assignments(assignments: Iterable[str], problems: list[str]) -> Iterable[Layer]:
    for assignment in assignments:
        dotted, equals, text = assignment.partition("=")
        if not equals or not all(dotted.split(".")):
            problems.append(f"--set {assignment!r} is not of the form section.key=value")
            continue
        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError:
            value = text
        for key in reversed(dotted.split(".")):
            value = {key: value}
        yield value


def _validate(settings: Layer) -> tuple[PipelineConfig | None, list[str]]:
    try:
        return PipelineConfig.model_validate(settings), []
    except ValidationError as error:
        return None, [_sentence(problem) for problem in error.errors()]


def _sentence(problem: Any) -> str:
    location = [str(part) for part in problem["loc"]]
    name = ".".join(location)
    if problem["type"] == "extra_forbidden":
        known = _fields_of(PipelineConfig, location[:-1])
        return f"unknown setting {name!r}.{did_you_mean(location[-1], known) or ' Known here: ' + ', '.join(known)}"
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] != "value_error":  # our own messages name the value themselves
        message = f"{message[:1].lower()}{message[1:]}, got {problem['input']!r}"
    return f"setting {name!r}: {message}"


def _fields_of(model: type[BaseModel], location: list[str]) -> list[str]:
    for part in location:
        if part.isdecimal():
            continue  # which one of a list of sections
        field = model.model_fields.get(part)
        kinds = (field.annotation, *get_args(field.annotation)) if field is not None else ()
        section = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        if section is None:
            return []
        model = section
    return list(model.model_fields)
