"""Turns options into settings and finds everything that is wrong at once."""

import argparse
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from serving.did_you_mean import did_you_mean
from serving.errors import SettingsError
from serving.security.check import check_security
from serving.settings import BACKENDS, METRICS_ACCESS, Settings, numeric_options

_CHOICES = {"backend": BACKENDS, "access_log": ("on", "off"), "metrics_access": METRICS_ACCESS}
_FILES = ("token_file", "tls_cert", "tls_key", "tls_client_ca")


def check_settings(options: argparse.Namespace, *, unknown: Sequence[str], known: Sequence[str]) -> Settings:
    """Return the settings.

    Args:
        options: As the parser returns them; numbers are still text.
        unknown: Arguments that the parser did not know.
        known: Option strings that it does.

    Raises:
        SettingsError: With every problem.
    """
    problems = [f"unknown argument {word!r}.{did_you_mean(word.partition('=')[0], known)}" for word in unknown]
    values: dict[str, Any] = {}
    for name, option in numeric_options().items():
        text = getattr(options, name)
        if text is not None:
            try:
                values[name] = _parse(text, option)
            except SettingsError as error:
                problems += error.problems
    for name, choices in _CHOICES.items():
        value = getattr(options, name)
        if value not in choices:
            hint = did_you_mean(value, choices)
            problems.append(f"{_flag(name)} {value!r} is not one of {', '.join(choices)}.{hint}")
    problems += [*_check_policy(options.versions), *_check_models(options.models, options.model)]
    paths: dict[str, Any] = {name: Path(text) for name in _FILES if (text := getattr(options, name)) is not None}
    problems += check_security(paths)
    if values.get("max_request_images", 0) > values.get("max_queue_images", Settings.max_queue_images):
        problems.append("--max-request-images is larger than --max-queue-images, so a large request would never fit")
    problems += [*_check_needless(values, options), *_check_request_log(options.request_log)]
    problems += _check_traces(options.traces)
    if problems:
        raise SettingsError(problems)
    texts = {name: getattr(options, name) for name in (*_CHOICES, "versions", "host", "traces")}
    return Settings(
        models=Path(options.models),
        model=tuple(options.model),
        request_log=Path(options.request_log) if options.request_log else None,
        **texts,
        **paths,
        **values,
    )


def _parse(text: str, option: Any) -> float:
    least, most = option.metadata["least"], option.metadata["most"]
    kind, what = (int, "a whole number") if isinstance(option.default, int) else (float, "a number")
    try:
        value: float = kind(text)
    except ValueError:
        raise SettingsError([f"{_flag(option.name)} {text!r} is not {what}"]) from None
    if not least <= value <= most:
        raise SettingsError([f"{_flag(option.name)} {text} is not between {least:g} and {most:g}"])
    return value


def _check_policy(text: str) -> list[str]:
    from serving.versions.policy import parse_policy

    try:
        parse_policy(text)
    except SettingsError as error:
        return [f"--versions: {error}"]
    return []


def _check_models(folder: str | None, names: Sequence[str]) -> list[str]:
    from serving.versions.folders import list_models

    if folder is None:
        return ["--models DIR is missing: the folder that models are pushed to, like runs/models"]
    if not Path(folder).is_dir():
        return [f"--models {folder} is not a folder; give the one that models are pushed to"]
    found = list_models(Path(folder))
    return [
        f"--model {name!r} has no version in {folder}, where there is {', '.join(found) or 'no model'}."
        f"{did_you_mean(name, found)}"
        for name in names
        if name not in found
    ]


def _check_needless(values: Collection[str], options: argparse.Namespace) -> list[str]:
    """Find details of the request log and of traces where there are none."""
    return [
        f"{_flag(name)} does nothing without {_flag(owner)}"
        for owner in ("request_log", "traces")
        for name in values
        if name.startswith(f"{owner}_") and not getattr(options, owner)
    ]


def _check_request_log(folder: str | None) -> list[str]:
    if folder is not None and (not folder or (Path(folder).exists() and not Path(folder).is_dir())):
        return [f"--request-log {folder!r} is not a folder; name one, which is made where it is missing"]
    return []


def _check_traces(url: str | None) -> list[str]:
    if url is None:
        return []
    problems = []
    if not _is_collector(url):
        problems.append(f"--traces {url!r} is no address for spans; collectors take them at http://HOST:4318/v1/traces")
    try:
        import serving.tracing.tracer  # noqa: F401
    except ImportError:
        problems.append("--traces needs OpenTelemetry, which is not installed; run pip install --group tracing")
    return problems


def _is_collector(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and bool(parts.path.strip("/"))


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")
