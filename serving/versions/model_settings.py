"""A model's own settings, `<models>/<model>/serving.json`; read again whenever it changes, so no restart is needed."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from serving.broken_rules import name_broken_rules
from serving.errors import SettingsError
from serving.versions.policy import Policy, parse_policy

SETTINGS_FILE = "serving.json"

Label = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")]
"""Starts with a letter, so that it cannot be taken for a version."""


@dataclass(frozen=True)
class ModelSettings:
    """Which versions of a model are served, and under which labels."""

    policy: Policy = field(default_factory=Policy)
    labels: dict[str, int] = field(default_factory=dict)
    """Label to version; a label of a version that is not loaded answers nothing."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    versions: str | None = None
    labels: dict[Label, int] = Field(default_factory=dict)


def read_model_settings(model_folder: Path, default: Policy) -> ModelSettings:
    """Return the settings in the model's folder, or the default without such a file.

    Raises:
        SettingsError: The file breaks a rule.
    """
    path = model_folder / SETTINGS_FILE
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ModelSettings(policy=default)
    try:
        file = _File.model_validate_json(content)
    except ValidationError as error:
        raise SettingsError([f"{path}: {rule}" for rule in name_broken_rules(error)]) from None
    return ModelSettings(policy=parse_policy(file.versions) if file.versions else default, labels=dict(file.labels))
