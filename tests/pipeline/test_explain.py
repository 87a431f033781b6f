"""Ten planted changes: the explanation names the file or the key of each."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import code_fingerprint, distributions
from pipeline.dataset import Dataset, inspect_dataset
from pipeline.explain import Explainer, describe_changes
from pipeline.image_listing import ImageListings
from pipeline.lineage import Lineage
from pipeline.plan import make_plan
from pipeline.selection import Selection
from pipeline.settings import load_config, merge
from pipeline.step import Call, Node, Output
from pipeline.step_key import KeyParts

RecordStep = Callable[..., int]
MODEL = "import keras\n\n\ndef build_model(*, num_classes, image_shape):\n    return keras.Sequential()\n"
SCHEMA = 'feature { name: "image" } feature { name: "label" }\n'


class Workplace:
    """A run of a keras pipeline that has finished, and its inputs to plant changes in."""

    def __init__(
        self, folder: Path, lineage: Lineage, record_step: RecordStep, changes: dict[str, Any] | None = None
    ) -> None:
        self.folder, self.lineage = folder, lineage
        for name in ("rose/a.png", "rose/b.png", "tulip/c.png"):
            self.write(f"photos/{name}", "pixels")
        self.write("my_model.py", MODEL)
        self.write("schema.pbtxt", SCHEMA)
        self.settings: dict[str, Any] = {
            "root": str(folder / "runs"),
            "frameworks": ["keras"],
            "data": {"path": str(folder / "photos"), "schema_file": str(folder / "schema.pbtxt")},
            "models": {"keras": f"{folder / 'my_model.py'}:build_model"},
        }
        self.settings = merge(self.settings, changes or {})
        config, data = self._inputs({})
        ImageListings(folder / "listings").keep(data)
        plan = make_plan(config, data, lineage)
        for step in plan.steps:
            execution = record_step(step.id, node=f"{config.pipeline_name}.{step.id}")
            lineage.mark_finished(execution, parts=plan.parts[step.id], outcome="")

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def _inputs(self, changes: dict[str, Any]) -> tuple[Any, Dataset]:
        config = load_config(options=merge(self.settings, changes))
        return config, inspect_dataset(config.data.path, config.data.schema_file, config.data.span_choice)

    def explain(self, step_id: str, changes: dict[str, Any], selection: Selection | None = None) -> str:
        config, data = self._inputs(changes)
        plan = make_plan(config, data, self.lineage, selection)
        listings = ImageListings(self.folder / "listings", now=data)
        explainer = Explainer(plan, self.lineage, listings, pipeline_name=config.pipeline_name)
        return "\n".join(explainer.explain(step_id))


@pytest.fixture
def workplace(tmp_path: Path, lineage: Lineage, record_step: RecordStep) -> Workplace:
    return Workplace(tmp_path, lineage, record_step)


def test_without_a_change_a_step_is_cached(workplace: Workplace) -> None:
    assert workplace.explain("Trainer_keras", {}).startswith("Trainer_keras is cached: its key")


@pytest.mark.parametrize(
    ("changes", "step_id", "expected"),
    [
        ({"train": {"epochs": 3}}, "Trainer_keras", "setting train.epochs: 8 -> 3"),
        ({"image": {"size_pixels": 48}}, "Transform", "setting image_size_pixels: 64 -> 48"),
        ({"evaluation": {"min_accuracy": 0.1}}, "Evaluator_keras", "setting min_accuracy: 0.6 -> 0.1"),
        (
            {"parity": {"max_probability_difference": 0.01}},
            "Parity_keras",
            "setting max_probability_difference: 0.0001 -> 0.01",
        ),
    ],
)
def test_a_changed_setting_is_named(workplace: Workplace, changes: dict[str, Any], step_id: str, expected: str) -> None:
    assert expected in workplace.explain(step_id, changes)


def test_a_cause_further_up_is_named_too(workplace: Workplace) -> None:
    told = workplace.explain("Pusher", {"image": {"size_pixels": 48}})

    assert "setting image_size_pixels: 64 -> 48" in told
    assert told.index("Pusher will be executed") < told.index("Transform will be executed")


def test_a_rewritten_and_a_new_image_are_named(workplace: Workplace) -> None:
    workplace.write("photos/rose/a.png", "other pixels")
    workplace.write("photos/tulip/d.png", "pixels")

    told = workplace.explain("ImageExampleGen", {})

    assert "1 added: tulip/d.png; 1 rewritten: rose/a.png" in told


def test_an_edited_model_file_is_named(workplace: Workplace) -> None:
    workplace.write("my_model.py", MODEL + "# edited\n")

    assert "my_model.py: changed" in workplace.explain("Trainer_keras", {})


def test_an_edited_schema_is_named(workplace: Workplace) -> None:
    workplace.write("schema.pbtxt", SCHEMA + "\n")

    assert "schema.pbtxt: changed" in workplace.explain("SchemaGen", {})


def test_an_edited_code_file_is_named(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    edited = Path("trainers/preprocessing.py")
    real_hash = code_fingerprint._hash
    monkeypatch.setattr(
        code_fingerprint, "_hash", lambda path: "edited" if path.match(str(edited)) else real_hash(path)
    )
    told = workplace.explain("Transform", {})

    assert "code trainers/preprocessing.py: changed" in told


def test_another_version_of_a_package_is_named(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    real_version = distributions.version_of
    monkeypatch.setattr(distributions, "version_of", lambda name: "9.9" if name == "keras" else real_version(name))

    assert f"package keras: {real_version('keras')} -> 9.9" in workplace.explain("Trainer_keras", {})


def test_a_model_that_someone_else_pushed_is_named(workplace: Workplace) -> None:
    workplace.write("runs/models/photos/7/manifest.json", "not a manifest")

    assert "the pushed model: new" in workplace.explain("Baseline", {})


def test_a_removed_output_is_named(workplace: Workplace) -> None:
    (workplace.folder / "artifacts" / "Transform").rmdir()

    assert "the files of its earlier output are gone" in workplace.explain("Transform", {})


def test_a_step_that_was_asked_for_says_so(workplace: Workplace) -> None:
    assert "asked for" in workplace.explain("Transform", {}, Selection(start="Transform"))
    assert "left out" in workplace.explain("Pusher", {"train": {"epochs": 1}}, Selection(until="Transform"))


def test_a_span_that_came_is_named_and_one_outside_of_the_window_changes_nothing(
    tmp_path: Path, lineage: Lineage, record_step: RecordStep
) -> None:
    def deliver(span: int) -> None:
        for label in ("rose", "tulip"):
            path = tmp_path / "spans" / f"{span}" / label / "a.png"
            path.parent.mkdir(parents=True)
            path.touch()

    deliver(2)
    deliver(3)
    pattern = f"{tmp_path}/spans/{{SPAN}}"
    workplace = Workplace(tmp_path, lineage, record_step, {"data": {"path": pattern, "spans": 2}})

    deliver(1)
    assert workplace.explain("ImageExampleGen", {}).startswith("ImageExampleGen is cached")

    deliver(4)
    told = workplace.explain("ImageExampleGen", {})
    assert f"spans of {pattern}: 4 added; 2 removed" in told
    assert "2 added: 4/rose/a.png, 4/tulip/a.png" in told


def test_a_rewiring_is_told_in_words() -> None:
    before = Node(
        component="tfx.trainer:Trainer",
        inputs={"examples": Output("ImageExampleGen", "examples"), "schema": Output("SchemaGen", "schema")},
        waits_for=("AnomalyGate",),
        arguments={"train_args": Call("tfx.proto:TrainArgs", {"splits": ["train"]}), "example_splits": ["test"]},
    )
    now = Node(
        component="ours.trainer:Trainer",
        inputs={"examples": Output("Transform", "transformed_examples")},
        arguments={
            "train_args": Call("tfx.proto:TrainArgs", {"splits": ["train", "eval"]}),
            "example_splits": ["eval"],
            "materialize": False,
        },
    )

    old, new = (KeyParts(wiring=node.to_json()) for node in (before, now))

    assert set(describe_changes(old, new, ImageListings(Path("none")))) == {
        "component: tfx.trainer:Trainer -> ours.trainer:Trainer",
        "input examples: ImageExampleGen.examples -> Transform.transformed_examples",
        "input schema: SchemaGen.schema -> none",
        "splits of train_args: train -> train,eval",
        "example_splits: test -> eval",
        "materialize: none -> False",
        "waits for: AnomalyGate -> none",
    }


def test_an_execution_by_a_version_without_wiring_is_told_so() -> None:
    now = KeyParts(wiring=Node(component="tfx.trainer:Trainer").to_json())

    assert list(describe_changes(KeyParts(), now, ImageListings(Path("none")))) == [
        "its place in the pipeline was not recorded: an older version executed it"
    ]
