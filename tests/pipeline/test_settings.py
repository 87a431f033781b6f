from pathlib import Path

import pytest

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
    assert (
        config.train.early_stopping_patience_epochs == load_config(preset="long").train.early_stopping_patience_epochs
    )


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
    assert "unknown setting 'trian'. Did you mean 'train'?" in text
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
