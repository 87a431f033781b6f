import logging

from serving.tracing.failures import TracingFailures


def test_the_first_warning_is_reported_and_then_one_a_minute() -> None:
    times, reasons = iter([0.0, 5.0, 5.1, 64.9, 65.0, 66.0]), list[object]()
    failures = TracingFailures(lambda _, facts: reasons.append(facts["reason"]), clock=lambda: next(times))
    logger = logging.Logger("opentelemetry.exporter.otlp")
    logger.addHandler(failures)

    for number in range(5):
        logger.warning("Collector %d is gone", number)
    logger.info("not worth a word")

    assert reasons == ["Collector 0 is gone", "Collector 3 is gone"]


def test_what_is_said_of_a_callers_header_is_not_reported() -> None:
    reasons: list[object] = []
    logger = logging.Logger("opentelemetry.trace.propagation.tracecontext")
    logger.addHandler(TracingFailures(lambda _, facts: reasons.append(facts["reason"])))

    logger.warning("traceparent is too long")

    assert reasons == []
