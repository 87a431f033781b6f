import pytest

from serving.errors import SettingsError
from serving.versions.policy import parse_policy


@pytest.mark.parametrize(
    ("text", "refused", "chosen"),
    [
        ("latest", (), [10]),
        ("latest:2", (), [10, 3]),
        ("latest:9", (), [10, 3, 2]),
        ("all", (), [10, 3, 2]),
        ("specific:2", (), [2]),
        ("specific:2,10,99", (), [10, 2]),
        ("latest", (10,), [3]),
        ("latest:2", (3,), [10, 2]),
        ("all", (2,), [10, 3]),
        ("specific:2", (2,), []),
    ],
)
def test_choice_by_policy_newest_first(text: str, refused: tuple[int, ...], chosen: list[int]) -> None:
    assert parse_policy(text).choose([2, 10, 3], refused=refused) == chosen


@pytest.mark.parametrize("text", ["", "newest", "latest:0", "latest:x", "latest:", "specific", "specific:1,", "all:2"])
def test_another_form_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(SettingsError, match="latest, latest:N, all or specific:N,N"):
        parse_policy(text)
