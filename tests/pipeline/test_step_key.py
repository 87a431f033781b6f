"""What a step's key is made of, and which change reaches which key."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import code_fingerprint, distributions
from pipeline.dataset import Dataset
from pipeline.fitting_steps import TRAIN_ARGS
from pipeline.module.dataset import inspect_records
from pipeline.module.steps import describe_module_steps
from pipeline.settings import load_config
from pipeline.step import Call, Node, Output, Step
from pipeline.step_key import KeyParts, key_parts, step_keys
from pipeline.steps import describe_steps

DIGITS = Dataset(path="digits", labels=tuple("0123456789"), images=1797, fingerprint="digits")
Steps = tuple[Step, ...]


@pytest.fixture(params=["images", "searched images", "module"])
def steps(request: pytest.FixtureRequest, tmp_path: Path) -> Steps:
    if request.param == "module":
        (tmp_path / "penguins.csv").write_text("species\n1\n")
        module = {"source": "tfx.examples.penguin.penguin_utils_keras", "label_key": "species"}
        records = inspect_records(str(tmp_path / "penguins.csv"), None)
        return describe_module_steps(load_config(options={"module": module}), records)
    config = load_config(options={"tune": {"enabled": request.param == "searched images"}})
    return describe_steps(config, DIGITS, baseline_checksum="")


def with_followers(steps: Steps, step_ids: Iterable[str]) -> set[str]:
    reached = set(step_ids)
    for step in steps:
        if reached.intersection(step.after):
            reached.add(step.id)
    return reached


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {step_id for step_id in before if before[step_id] != after[step_id]}


def edited(value: Any) -> Iterator[Any]:
    """Yield a plain value, nested or not, with each of its leaves changed in turn."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from ({**value, name: other} for other in edited(inner))
    elif isinstance(value, list | tuple):
        yield [*value, "another"]
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield value + 1
    else:
        yield f"{value} edited"


def rewired(node: Node, elsewhere: str) -> Iterator[Node]:
    """Yield a node with each part of it changed in turn; `elsewhere` is a step that it does not come after yet."""
    yield replace(node, component=f"{node.component}2")
    yield replace(node, waits_for=(*node.waits_for, elsewhere))
    for name, output in node.inputs.items():
        for other in (Output(output.step, "another"), Output(elsewhere, output.name)):
            yield replace(node, inputs={**node.inputs, name: other})
    for name, value in node.arguments.items():
        if isinstance(value, Call):
            others: Iterable[Any] = [Call(value.function, given) for given in edited(dict(value.arguments))]
            others = [*others, Call(value.function, {**value.arguments, "more": 1})]
        else:
            others = () if name.endswith("_fn") else edited(value)
        for other in others:
            yield replace(node, arguments={**node.arguments, name: other})


def assert_reaches_followers(steps: Steps, edits: Callable[[int, Step], Iterable[Step]]) -> None:
    """Check of each step, edited in each way, that its key changes and those of its followers, and no other."""
    before = step_keys(steps)
    for place, step in enumerate(steps):
        for other in edits(place, step):
            now = (*steps[:place], other, *steps[place + 1 :])
            assert changed(before, step_keys(now)) == with_followers(now, [step.id]), other


def test_equal_parts_give_equal_keys_in_any_order() -> None:
    assert KeyParts(parameters={"a": 1, "b": 2}).key == KeyParts(parameters={"b": 2, "a": 1}).key


def test_any_part_changes_the_key() -> None:
    names = ("after", "wiring", "parameters", "watched", "code", "packages")
    keys = {KeyParts(**{name: {"x": "1"}}).key for name in names}

    assert len(keys | {KeyParts().key}) == 7


def test_parts_survive_json() -> None:
    parts = KeyParts(parameters={"train": {"epochs": 3}}, code={"trainers/x.py": "ab"})

    assert KeyParts.from_json(parts.to_json()).key == parts.key


def test_parts_of_an_older_version_can_be_read() -> None:
    older = json.loads(KeyParts(parameters={"epochs": 3}).to_json())
    del older["wiring"]

    assert KeyParts.from_json(json.dumps(older)) == KeyParts(parameters={"epochs": 3})


def test_rewired_node_changes_its_key_and_its_followers(steps: Steps) -> None:
    def rewire(place: int, step: Step) -> Iterator[Step]:
        elsewhere = next((other.id for other in steps[:place] if other.id not in step.after), None)
        if elsewhere:
            yield from (replace(step, node=node) for node in rewired(step.node, elsewhere))

    assert_reaches_followers(steps, rewire)


def test_changed_parameter_changes_its_key_and_its_followers(steps: Steps) -> None:
    def change(_: int, step: Step) -> Iterator[Step]:
        yield from (replace(step, parameters=other) for other in edited(step.parameters))
        yield from (replace(step, watched=other) for other in edited(step.watched))

    assert_reaches_followers(steps, change)


def test_setting_changes_no_key(steps: Steps) -> None:
    before = step_keys(steps)
    faster = tuple(replace(step, settings={**step.settings, "more": 1}, memory_mib=1) for step in steps)

    assert changed(before, step_keys(faster)) == set()


def test_new_version_reaches_its_importers_and_their_followers(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = key_parts(steps)
    before = {step_id: of.key for step_id, of in parts.items()}
    installed = {package for of in parts.values() for package in of.packages}
    real_version = distributions.version_of
    for package in {*installed, "pytest"}:
        monkeypatch.setattr(
            distributions, "version_of", lambda name, new=package: "9.9" if name == new else real_version(name)
        )
        importers = {step_id for step_id, of in parts.items() if package in of.packages}
        assert changed(before, step_keys(steps)) == with_followers(steps, importers), package


@pytest.mark.parametrize(
    ("step_id", "packages"),
    [
        ("ImageExampleGen", {"apache-beam", "pillow", "pyspng-seunglab", "scikit-learn"}),
        ("StatisticsGen", {"apache-beam", "protobuf", "tensorflow-data-validation", "tfx-bsl"}),
        ("SchemaGen", {"tensorflow-data-validation"}),
        ("Transform", {"apache-beam", "tensorflow-transform", "tensorflow"}),
        ("Tuner_keras", {"keras-tuner", "optuna", "keras", "tensorflow-transform"}),
        ("Trainer_keras", {"h5py", "keras", "tensorflow-transform", "tf2onnx", "safetensors"}),
        ("Trainer_pytorch", {"onnxscript", "safetensors", "tensorflow-transform", "timm", "torch", "torchvision"}),
        ("Parity_keras", {"numpy", "onnx", "onnxruntime", "pillow", "tensorflow"}),
        ("Evaluator_keras", {"apache-beam", "tensorflow-model-analysis"}),
        ("Pusher", {"pydantic"}),
    ],
)
def test_packages_are_those_that_the_code_imports(step_id: str, packages: set[str]) -> None:
    config = load_config(options={"tune": {"enabled": True}})
    found = key_parts(describe_steps(config, DIGITS, baseline_checksum=""))

    assert packages | {"tfx"} <= set(found[step_id].packages)
    assert not any(name.startswith("google-") for name in found[step_id].packages)


def test_each_side_depends_on_its_own_packages_only() -> None:
    found = key_parts(describe_steps(load_config(), DIGITS, baseline_checksum=""))

    assert not {"torch", "torchvision", "onnxscript"} & set(found["Trainer_keras"].packages)
    assert not {"keras", "h5py", "tf2onnx"} & set(found["Trainer_pytorch"].packages)


@pytest.mark.parametrize(
    ("step_id", "argument", "value", "reached"),
    [
        (
            "Trainer_keras",
            "train_args",
            Call(TRAIN_ARGS, {"splits": ["train", "eval"]}),
            {"Trainer_keras", "Parity_keras", "Evaluator_keras", "Champion", "Pusher"},
        ),
        ("Evaluator_pytorch", "example_splits", ["eval"], {"Evaluator_pytorch", "Champion", "Pusher"}),
    ],
)
def test_other_splits_reach_the_step_and_its_followers(
    step_id: str, argument: str, value: Any, reached: set[str]
) -> None:
    steps = describe_steps(load_config(), DIGITS, baseline_checksum="")
    edited_steps = [
        replace(step, node=replace(step.node, arguments={**step.node.arguments, argument: value}))
        if step.id == step_id
        else step
        for step in steps
    ]

    assert changed(step_keys(steps), step_keys(edited_steps)) == reached


def edit_file(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    real_hash = code_fingerprint._hash
    monkeypatch.setattr(code_fingerprint, "_hash", lambda path: "edited" if path.match(name) else real_hash(path))


def test_edit_of_the_builder_reaches_every_step(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    before = step_keys(steps)
    edit_file(monkeypatch, "pipeline/graph.py")

    assert changed(before, step_keys(steps)) == set(before)


@pytest.mark.parametrize(
    ("file", "step_ids"),
    [
        ("components/evaluator/config.py", {"Evaluator_keras", "Evaluator_pytorch"}),
        ("components/evaluator/component.py", {"Evaluator_keras", "Evaluator_pytorch"}),
        ("components/statistics/options.py", {"StatisticsGen"}),
        ("pipeline/steps.py", set()),
    ],
)
def test_edit_of_what_makes_an_argument_reaches_its_steps(
    file: str, step_ids: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = describe_steps(load_config(), DIGITS, baseline_checksum="")
    before = step_keys(steps)
    edit_file(monkeypatch, file)

    assert changed(before, step_keys(steps)) == with_followers(steps, step_ids)


def test_packages_of_a_users_model_count(tmp_path: Path) -> None:
    model = tmp_path / "model.py"
    model.write_text("import hypothesis\nimport helper\nimport not_installed\n\n\ndef build_model(): ...\n")
    (tmp_path / "helper.py").touch()
    config = load_config(options={"frameworks": ["keras"], "models": {"keras": f"{model}:build_model"}})

    packages = key_parts(describe_steps(config, DIGITS, baseline_checksum=""))["Trainer_keras"].packages

    assert packages["hypothesis"] == distributions.version_of("hypothesis")
    assert packages["not_installed"] == "absent"
    assert "helper" not in packages
