import pytest

from pipeline.errors import UsageError
from pipeline.settings import load_config


def test_a_limit_that_is_not_named_keeps_its_default() -> None:
    limits = load_config(assignments=["drift.limits.brightness=0.25"]).drift.limits

    assert limits["brightness"] == 0.25
    assert {limit for name, limit in limits.items() if name != "brightness"} == {0.1}
    assert set(limits) == {"label", "format", "height", "width", "channels", "size_bytes", "brightness"}


@pytest.mark.parametrize(
    ("assignment", "problem"),
    [
        ("drift.limits.brightnes=0.2", "'brightnes' is no feature; features are label, .* Did you mean 'brightness'?"),
        ("drift.limits.width=2", "the limit of width must be 0 to 1, got 2"),
        ("drift.hours=0", "setting 'drift.hours'"),
        ("drift.min_image=7", "Did you mean 'min_images'"),
    ],
)
def test_a_mistaken_setting_is_a_sentence(assignment: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem.replace("?", r"\?")):
        load_config(assignments=[assignment])
