"""Settings of retraining: what is wrong is said in a sentence, and all of it at once."""

import pytest
from pydantic import ValidationError

from pipeline.config import PipelineConfig
from pipeline.retraining.config import RetrainConfig


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"schedule": "0 0 3 * * *"}, "six fields"),
        ({"time_zone": "Berlin"}, "Did you mean 'Europe/Berlin'?"),
        ({"time_zone": "Europe/Berln"}, "'Europe/Berlin'"),
        ({"time_zone": "../etc/passwd"}, "is not known"),
        ({"time_zone": "Europe"}, "is not known"),
        ({"every": "6"}, "write a number with a unit"),
        ({"every": "10s"}, "10s is too short"),
        ({"max_model_age": "30x"}, "write a number with a unit"),
        ({"quiet_hours": "8-18"}, "08:00-18:00"),
        ({"backoff": "2h", "backoff_cap": "1h"}, "retrain.backoff_cap 1h is below retrain.backoff 2h"),
        ({"max_runs_per_day": 0}, "greater than or equal to 1"),
        ({"notify": {"webhooks": [{}]}}, "either url_env or url_file"),
        ({"notify": {"webhooks": [{"url": "http://x/secret"}]}}, "Extra inputs"),
        ({"notify": {"webhooks": [{"url_env": "A", "events": ["pusht"]}]}}, "'pushed'"),
        (
            {"notify": {"emails": [{"host": "h", "sender": "a@b", "recipients": ["c@d"], "user": "u"}]}},
            "e-mail needs user with either password_env or password_file",
        ),
        (
            {
                "notify": {
                    "emails": [
                        {
                            "host": "h",
                            "sender": "a@b",
                            "recipients": ["c@d"],
                            "user": "u",
                            "password_env": "P",
                            "security": "none",
                        }
                    ]
                }
            },
            "in the clear",
        ),
    ],
)
def test_a_mistake_is_named(settings: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        RetrainConfig.model_validate(settings)

    assert sentence in str(caught.value)


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        RetrainConfig.model_validate({"schedule": "x", "time_zone": "x", "every": "x", "quiet_hours": "x"})

    assert caught.value.error_count() == 4


def test_what_a_run_writes_down_of_it_is_read_again() -> None:
    config = PipelineConfig.model_validate(
        {"retrain": {"schedule": "0 3 * * *", "every": "6h", "max_model_age": "30d", "quiet_hours": "08:00-18:00"}}
    )

    assert PipelineConfig.model_validate(config.model_dump(mode="json")) == config
