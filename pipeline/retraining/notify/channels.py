"""From the settings to the channels."""

from pipeline.errors import PipelineError
from pipeline.retraining.notify.config import NotifyConfig
from pipeline.retraining.notify.email import Email
from pipeline.retraining.notify.program import Program
from pipeline.retraining.notify.webhook import Webhook


def channels_of(config: NotifyConfig) -> tuple[Webhook | Email | Program, ...]:
    """Return the channels that the settings name."""
    return (
        *(Webhook(webhook) for webhook in config.webhooks),
        *(Email(email) for email in config.emails),
        *(Program(command, hidden_variables=config.secret_variables) for command in config.commands),
    )


def find_problems(config: NotifyConfig) -> list[str]:
    """Return what is wrong with the channels, as sentences: a secret that is not there, a program that is not."""
    problems = []
    for channel in channels_of(config):
        try:
            channel.check()
        except PipelineError as error:
            problems.append(f"retrain.notify: {error}")
    return problems
