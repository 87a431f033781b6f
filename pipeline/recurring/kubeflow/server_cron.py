"""A schedule as the server wants it: six fields, by the server's one clock."""

from datetime import datetime

from pipeline.errors import UsageError
from pipeline.recurring.clock_difference import minutes_ahead
from pipeline.recurring.kubeflow.six_fields import SixFieldCron
from pipeline.recurring.order import ScheduledOrder
from pipeline.recurring.shift import shift
from pipeline.retraining.time_zone import parse_time_zone


def server_cron(order: ScheduledOrder, *, now: datetime) -> SixFieldCron:
    """Return the cron expression that means the same moments by the clock of the server.

    Args:
        order: Schedule, zone, and the zone of the server in the configuration.
        now: From when on it must mean the same, aware.

    Raises:
        UsageError: There is none: the clocks are not always the same time apart, or days would be torn apart.
    """
    server_zone = parse_time_zone(order.config.recurring.recurring_run.server_time_zone)
    if server_zone.key == order.zone.key:
        return SixFieldCron.of(order.schedule)
    try:
        minutes = minutes_ahead(server_zone, order.zone, now=now)
        return SixFieldCron.of(shift(order.schedule, minutes))
    except UsageError as error:
        raise UsageError(
            [
                f"schedule '{order.schedule}' in {order.zone.key} cannot be written for a Kubeflow server in"
                f" {server_zone.key}: {error}; give the schedule in --time-zone {server_zone.key}, or, if the server's"
                " CRON_SCHEDULE_TIMEZONE names another zone, set recurring.recurring_run.server_time_zone to it"
            ]
        ) from error
