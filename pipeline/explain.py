"""Why a step is executed or taken from an earlier run: the difference between two keys, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.image_listing import ImageListings
from pipeline.lineage import Lineage
from pipeline.plan import Plan
from pipeline.step_key import KeyParts

_FINGERPRINT, _SPANS = "data_fingerprint", "spans"
_ABSENT = "none"


class Explainer:
    """Compares the steps of a plan with the newest finished executions of the same steps."""

    def __init__(self, plan: Plan, lineage: Lineage, listings: ImageListings, *, pipeline_name: str) -> None:
        """Take a plan and what is known of earlier runs.

        Args:
            plan: The steps and what their keys are made of.
            lineage: Earlier executions.
            listings: The images of earlier runs.
            pipeline_name: Name of the TFX pipeline.
        """
        self._plan = plan
        self._lineage = lineage
        self._listings = listings
        self._pipeline_name = pipeline_name
        self._after = {step.id: step.after for step in plan.steps}

    def reason(self, step_id: str) -> str:
        """Return in a few words why a step will be executed or not, for a table."""
        status = self._plan.status_of(step_id)
        if status != "execute":
            return "nothing that it depends on changed" if status == "cached" else "not asked for"
        if step_id in self._plan.forced:
            return "asked for"
        changes = self._changes(step_id)
        upstream = self._executed_before(step_id)
        if changes:
            return f"{changes[0]} and {len(changes) - 1} more" if len(changes) > 1 else changes[0]
        return f"after {', '.join(upstream)}" if upstream else "its earlier output is gone"

    def explain(self, step_id: str) -> list[str]:
        """Return why a step will be executed or not, as lines of text with every cause down to the first."""
        status = self._plan.status_of(step_id)
        if status == "cached":
            earlier = self._plan.finished[step_id]
            return [
                f"{step_id} is cached: its key {self._plan.parts[step_id].key[:12]} equals that of execution"
                f" {earlier.execution_id} of {earlier.ended:%Y-%m-%d %H:%M} UTC, whose outputs exist"
            ]
        if status == "left out":
            return [f"{step_id} is left out: it was not asked for"]
        return list(self._causes(step_id, depth=0, told=set()))

    def _causes(self, step_id: str, *, depth: int, told: set[str]) -> Iterator[str]:
        indent = "  " * depth
        told.add(step_id)
        yield f"{indent}{step_id} will be executed: {self._headline(step_id)}"
        for change in self._changes(step_id):
            yield f"{indent}  {change}"
        for name in self._executed_before(step_id):
            if name in told:
                yield f"{indent}  {name} will be executed: see above"
            else:
                yield from self._causes(name, depth=depth + 1, told=told)

    def _headline(self, step_id: str) -> str:
        earlier = self._lineage.newest_of(self._pipeline_name, step_id)
        if step_id in self._plan.forced:
            return "asked for"
        if earlier is None:
            return "no earlier run finished it"
        if earlier.parts is None:
            return "its earlier execution was recorded by an older version"
        if earlier.parts.key == self._plan.parts[step_id].key and not self._executed_before(step_id):
            return "the files of its earlier output are gone"
        return f"compared with execution {earlier.execution_id} of {earlier.ended:%Y-%m-%d %H:%M} UTC"

    def _executed_before(self, step_id: str) -> list[str]:
        return [name for name in self._after[step_id] if self._plan.status_of(name) == "execute"]

    def _changes(self, step_id: str) -> list[str]:
        earlier = self._lineage.newest_of(self._pipeline_name, step_id)
        if earlier is None:
            return ["no earlier run finished it"]
        if earlier.parts is None:
            return []
        return list(describe_changes(earlier.parts, self._plan.parts[step_id], self._listings))


def describe_changes(before: KeyParts, now: KeyParts, listings: ImageListings) -> Iterator[str]:
    """Yield what differs between two keys of one step, a sentence each; keys of steps before it are left out."""
    if before.wiring:
        yield from _describe_rewiring(flatten(before.wiring), flatten(now.wiring))
    else:
        yield "its place in the pipeline was not recorded: an older version executed it"
    old, new = flatten(before.parameters), flatten(now.parameters)
    for name in _differing(old, new):
        if name == _FINGERPRINT:
            yield f"images of {new.get('data', '')}: {listings.describe_difference(old.get(name), new.get(name))}"
        elif name == _SPANS:
            yield f"spans of {new.get('data', '')}: {_difference(old.get(name, ''), new.get(name, ''))}"
        else:
            yield f"setting {name}: {old.get(name, _ABSENT)} -> {new.get(name, _ABSENT)}"
    for name in _differing(before.watched, now.watched):
        yield f"{name}: {_how(name, before.watched, now.watched)}"
    for name in _differing(before.code, now.code):
        yield f"code {name}: {_how(name, before.code, now.code)}"
    for name in _differing(before.packages, now.packages):
        yield f"package {name}: {before.packages.get(name, _ABSENT)} -> {now.packages.get(name, _ABSENT)}"


def _describe_rewiring(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in _differing(old, new):
        kind, *path = name.split(".")
        if kind == "inputs":
            what = f"input {path[0]}"
        elif kind == "arguments":
            what = " of ".join(reversed(path))
        else:
            what = kind.replace("_", " ")
        yield f"{what}: {_words(old.get(name))} -> {_words(new.get(name))}"


def _words(value: Any) -> str:
    """Return a value of a node in words; a list, of splits or steps, by its names."""
    if isinstance(value, list):
        value = ",".join(map(str, value))
    return _ABSENT if value in (None, "") else str(value)


def _difference(before: str, now: str) -> str:
    """Return which names were added to and removed from a list, in words."""
    old, new = before.split(",") if before else [], now.split(",") if now else []
    kinds = {"added": [name for name in new if name not in old], "removed": [name for name in old if name not in new]}
    return "; ".join(f"{', '.join(names)} {kind}" for kind, names in kinds.items() if names)


def flatten(nested: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested settings as one level with dotted names."""
    flat: dict[str, Any] = {}
    for name, value in nested.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]


def _how(name: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if not before.get(name):
        return "new"
    return "changed" if now.get(name) else "gone"
