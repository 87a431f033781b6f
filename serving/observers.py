"""Who is told of finished requests, as the settings say; what is not asked for is not imported."""

from serving.metrics import Metrics
from serving.request_records import Observer
from serving.settings import Settings
from serving.web.access_log import Log


def make_observers(settings: Settings, *, metrics: Metrics, log: Log, max_pixels: int) -> list[Observer]:
    """Return the request log and the tracer, each if there should be one.

    Args:
        settings: Say which.
        metrics: For what became of logged images.
        log: For what goes wrong.
        max_pixels: Largest height x width that is decoded.
    """
    observers: list[Observer] = []
    if settings.request_log is not None:
        from serving.request_log.opening import open_request_log

        observers.append(
            open_request_log(
                settings.request_log,
                fraction=settings.request_log_fraction,
                max_mib=settings.request_log_max_mib,
                rotate_seconds=settings.request_log_rotate_seconds,
                max_pixels=max_pixels,
                count=metrics.count_logged,
                report=log.write,
            )
        )
    if settings.traces is not None:
        from serving.tracing.tracer import Tracer  # not installed everywhere

        observers.append(Tracer(settings.traces, fraction=settings.traces_fraction, report=log.write))
    return observers
