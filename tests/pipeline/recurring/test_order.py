"""The name of what is called, which Kubernetes has to make names of Jobs of."""

import pytest

from pipeline.errors import UsageError
from pipeline.recurring.order import recurring_name
from pipeline.settings import load_config


def test_the_name_is_that_of_the_pipeline_unless_it_is_given() -> None:
    assert recurring_name(load_config(options={"model_name": "my_pets"})) == "tandem-my-pets-retraining"
    assert recurring_name(load_config(options={"recurring": {"name": "nightly"}})) == "nightly"


def test_a_name_too_long_for_a_cron_job_is_refused() -> None:
    with pytest.raises(UsageError, match=r"52 are the most; set recurring\.name"):
        recurring_name(load_config(options={"model_name": "a" * 40}))
