"""The names by which settings address steps: a step's id (`Trainer_keras`) or its kind (`Trainer`)."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from trainers.did_you_mean import did_you_mean

Setting = TypeVar("Setting")

_BRANCH_KINDS = ("Tuner", "Trainer", "Parity", "Evaluator")
_FRAMEWORKS = ("keras", "pytorch")
VERDICT = "Verdict"
"""The step that only runs on Kubeflow: it fails when nothing was blessed."""
KINDS = (
    "ImageExampleGen",
    "StatisticsGen",
    "SchemaGen",
    "ExampleValidator",
    "AnomalyGate",
    "Transform",
    "Baseline",
    *_BRANCH_KINDS,
    "Champion",
    "Pusher",
    VERDICT,
)
ADDRESSES = (*KINDS, *(f"{kind}_{framework}" for kind in _BRANCH_KINDS for framework in _FRAMEWORKS))
"""All that a setting may name."""


def kind_of(step_id: str) -> str:
    """Return the kind of a step: `Trainer` of `Trainer_keras`."""
    return step_id.partition("_")[0]


def setting_of(step_id: str, by_address: Mapping[str, Setting], default: Setting) -> Setting:
    """Return a step's setting: that of its id, else of its kind, else the default."""
    return by_address.get(step_id, by_address.get(kind_of(step_id), default))


def unknown_addresses(addresses: Iterable[str]) -> list[str]:
    """Return a sentence for each name that is neither a step's id nor a kind."""
    return [
        f"{name!r} is no step; steps are {', '.join(ADDRESSES)}.{did_you_mean(name, ADDRESSES)}"
        for name in addresses
        if name not in ADDRESSES
    ]
