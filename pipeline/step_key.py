"""The key of a step, and what it is made of: kept beside the execution, it can say later what changed.

A step runs again when its key changes. The key covers its place in the pipeline, its parameters, the code it runs, the
versions of the packages that this code imports, and the keys of the steps before it; so a change reaches exactly the
steps that depend on it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from typing import Any

from pipeline import code_fingerprint, distributions
from pipeline.step import Step

_BUILDER = "pipeline.graph"
"""What makes the TFX pipeline of the steps. Its imports are not what a step runs."""


@dataclass(frozen=True, kw_only=True)
class KeyParts:
    """Everything a step's result depends on.

    Attributes:
        after: Id of each step before it to that step's key.
        wiring: Its place in the TFX pipeline, see `pipeline.step.Node`; empty in the record of an earlier version.
        parameters: Execution parameters of its component, nested as in the configuration.
        watched: Further values: files outside of this code, the pushed model.
        code: File of ours to a hash of its content.
        packages: Distribution to version.
    """

    after: Mapping[str, str] = field(default_factory=dict)
    wiring: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    watched: Mapping[str, Any] = field(default_factory=dict)
    code: Mapping[str, str] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def key(self) -> str:
        """Hash over all parts, 64 hexadecimal digits."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """Return the parts as JSON; equal parts give equal text."""
        return json.dumps({part.name: getattr(self, part.name) for part in fields(self)}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "KeyParts":
        """Read what `to_json` wrote, in this version or an earlier one."""
        return cls(**json.loads(text))


def key_parts(steps: Iterable[Step]) -> dict[str, KeyParts]:
    """Return what each step's key is made of; steps come after those they depend on."""
    parts: dict[str, KeyParts] = {}
    for step in steps:
        reached = _reached(step)
        parts[step.id] = KeyParts(
            after={name: parts[name].key for name in step.after},
            wiring=step.node.to_json(),
            parameters=step.parameters,
            watched=step.watched,
            code=code_fingerprint.code_hashes(reached.files),
            packages={name: distributions.version_of(name) for name in _packages(reached.imports)},
        )
    return parts


def step_keys(steps: Iterable[Step]) -> dict[str, str]:
    """Return each step's key; steps come after those they depend on."""
    return {step_id: parts.key for step_id, parts in key_parts(steps).items()}


def _reached(step: Step) -> code_fingerprint.ReachedCode:
    entries = (_BUILDER, *step.node.modules, *step.code)
    return _reach(entries, (_BUILDER, *step.code_not_followed), step.user_files)


@cache
def _reach(
    entries: tuple[str, ...], not_followed: tuple[str, ...], user_files: tuple[str, ...]
) -> code_fingerprint.ReachedCode:
    return code_fingerprint.reached_code(entries, not_followed=not_followed, user_files=user_files)


@cache
def _packages(imports: frozenset[str]) -> frozenset[str]:
    return distributions.distributions_of(imports)
