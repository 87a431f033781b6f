from pathlib import Path

import pytest

from serving.errors import SettingsError
from serving.versions.model_settings import read_model_settings
from serving.versions.policy import Policy


def test_without_a_file_the_default_holds(tmp_path: Path) -> None:
    settings = read_model_settings(tmp_path, Policy(count=2))

    assert settings.policy == Policy(count=2)
    assert settings.labels == {}


def test_a_file_pins_a_version_and_gives_labels(tmp_path: Path) -> None:
    (tmp_path / "serving.json").write_text('{"versions": "specific:3", "labels": {"champion": 3}}')

    settings = read_model_settings(tmp_path, Policy())

    assert settings.policy.numbers == {3}
    assert settings.labels == {"champion": 3}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "file: Invalid JSON"),
        ('{"version": "all"}', "version: Extra inputs"),
        ('{"labels": {"3": 3}}', "labels.3"),
        ('{"labels": {"canary": "3"}}', "labels.canary"),
        ('{"versions": "newest"}', "is no version policy"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "serving.json").write_text(text)

    with pytest.raises(SettingsError, match=message):
        read_model_settings(tmp_path, Policy())
