from pathlib import Path

import pytest

from components.image_example_gen.spans.choice import SpanChoice
from pipeline.errors import UsageError
from pipeline.settings import load_config, merge


def test_the_default_is_both_frameworks_on_digits() -> None:
    config = load_config()

    assert config.frameworks == ("keras", "pytorch")
    assert config.data.path == "digits"
    assert config.pushed_name == "digits"
    assert config.evaluation.min_accuracy == 0.9


def test_a_folder_takes_the_quick_preset_by_itself() -> None:
    config = load_config(options={"data": {"path": "somewhere/Tf Flowers"}})

    assert config.image.size_pixels == 64
    assert config.pushed_name == "tf-flowers"


def test_options_win_over_assignments_over_the_file_over_the_preset(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("train: {epochs: 2, seed: 2, learning_rate: 0.02}\n")

    config = load_config(
        preset="long",
        file=file,
        assignments=["train.epochs=3", "train.seed=3"],
        options={"train": {"epochs": 4}},
    )

    assert (config.train.epochs, config.train.seed, config.train.learning_rate) == (4, 3, 0.02)
    assert config.train.augmentation == load_config(preset="long").train.augmentation
    assert config.train.augmentation != load_config().train.augmentation


def test_all_problems_are_said_at_once_with_the_nearest_right_word(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("trian: {epochs: 2}\n")

    with pytest.raises(UsageError) as raised:
        load_config(
            preset="quik",
            file=file,
            assignments=["train.epoch=3", "image.size_pixels=big", "nonsense", "train.learning_rate=-1"],
        )

    text = "\n".join(raised.value.problems)
    assert "unknown preset 'quik'" in text
    assert "Did you mean 'quick'?" in text
    assert "unknown setting 'trian'. Did you mean 'train' or 'retrain'?" in text
    assert "unknown setting 'train.epoch'. Did you mean 'epochs'?" in text
    assert "setting 'image.size_pixels'" in text
    assert "got 'big'" in text
    assert "--set 'nonsense' is not of the form section.key=value" in text
    assert "setting 'train.learning_rate'" in text


def test_an_unreadable_file_and_one_that_is_no_yaml_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"absent\.yaml cannot be read"):
        load_config(file=tmp_path / "absent.yaml")
    (tmp_path / "bad.yaml").write_text("train: [")
    with pytest.raises(UsageError, match=r"bad\.yaml is not YAML"):
        load_config(file=tmp_path / "bad.yaml")
    (tmp_path / "list.yaml").write_text("- train")
    with pytest.raises(UsageError, match="must hold sections"):
        load_config(file=tmp_path / "list.yaml")


def test_fractions_that_leave_nothing_to_train_on_are_refused() -> None:
    with pytest.raises(UsageError, match="must leave images to train on"):
        load_config(assignments=["data.eval_fraction=0.6", "data.test_fraction=0.4"])


def test_each_framework_can_have_a_model_of_its_own() -> None:
    config = load_config(options={"models": {"pytorch": "torchvision:resnet18"}})

    assert config.train_of("pytorch").model == "torchvision:resnet18"
    assert config.train_of("keras").model == "cnn"


def test_settings_of_augmentation_are_checked_like_the_others() -> None:
    with pytest.raises(UsageError) as raised:
        load_config(assignments=["train.augmentation.polcy=seed", "train.augmentation.flip_probability=2"])
    with pytest.raises(UsageError, match=r"must not add up to more than 1; they are 0\.7 and 0\.7"):
        load_config(options={"train": {"augmentation": {"mixup_probability": 0.7, "cutmix_probability": 0.7}}})

    text = "\n".join(raised.value.problems)
    assert "unknown setting 'train.augmentation.polcy'. Did you mean 'policy'?" in text
    assert "setting 'train.augmentation.flip_probability'" in text


def test_merging_goes_into_sections_and_replaces_values() -> None:
    assert merge({"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 4}, "d": {"e": 5}}) == {
        "a": {"b": 4, "c": 2},
        "d": {"e": 5},
    }


@pytest.mark.parametrize(
    ("path", "name"), [("data/Pets/span-{SPAN}/", "pets"), ("/pets/{YYYY}/{MM}/{DD}", "pets"), ("s{SPAN}", "images")]
)
def test_a_model_on_spans_is_named_after_their_folder(path: str, name: str) -> None:
    assert load_config(options={"data": {"path": path}}).pushed_name == name


@pytest.mark.parametrize(
    ("path", "assignments", "choice"),
    [
        ("s{SPAN}", [], SpanChoice()),
        ("s{SPAN}", ["data.spans=3"], SpanChoice(last=3)),
        ("s{SPAN}", ["data.spans=all", "data.until=7"], SpanChoice(last=0, until=7)),
        ("s{SPAN}", ["data.spans=0", "data.ready_file=_SUCCESS"], SpanChoice(last=0, ready_file="_SUCCESS")),
        ("{YYYY}{MM}{DD}", ["data.until=1970-01-08"], SpanChoice(until=7)),
    ],
)
def test_settings_choose_spans_and_outlive_the_record_of_a_run(
    path: str, assignments: list[str], choice: SpanChoice
) -> None:
    config = load_config(options={"data": {"path": path}}, assignments=assignments)

    assert config.data.span_choice == choice
    assert type(config).model_validate(config.model_dump(mode="json")) == config


@pytest.mark.parametrize(
    ("path", "assignment", "problem"),
    [
        ("s{SPAN}", "data.spans=-1", "how many of the newest to take, such as 3, or 'all', got -1"),
        ("s{SPAN}", "data.spans=al", "Did you mean 'all'?"),
        ("s{SPAN}", "data.until=newest", "the number of a span, such as 7, or a date such as 2026-01-31, got 'newest'"),
        ("s{SPAN}", "data.until=2026-01-31", "are numbers and not dates"),
        ("s{SPAN}", "data.ready_file=a/b", "should match pattern"),
        ("photos", "data.spans=3", "spans choose among the spans of a pattern, and the path 'photos' is none"),
    ],
)
def test_a_choice_of_spans_that_makes_no_sense_is_a_sentence(path: str, assignment: str, problem: str) -> None:
    with pytest.raises(UsageError) as raised:
        load_config(options={"data": {"path": path}}, assignments=[assignment])

    assert problem in "".join(raised.value.problems)
