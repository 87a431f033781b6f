"""The key of a step, and what it is made of: kept beside the execution, it can say later what changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True, kw_only=True)
class KeyParts:
    """Everything a step's result depends on.

    Attributes:
        after: Id of each step before it to that step's key.
        parameters: Execution parameters of its component, nested as in the configuration.
        watched: Further values: files outside of this code, the pushed model.
        code: File of ours to a hash of its content.
        packages: Distribution to version.
    """

    after: Mapping[str, str] = field(default_factory=dict)
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
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "KeyParts":
        """Read what `to_json` wrote."""
        return cls(**json.loads(text))
