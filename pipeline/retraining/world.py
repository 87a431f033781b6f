"""What the service works with: clock, runner, people."""

from collections.abc import Callable
from dataclasses import dataclass

from components.image_example_gen.spans.span import Span
from pipeline.retraining.clock import Clock
from pipeline.retraining.events import Event
from pipeline.retraining.runner import Runner
from pipeline.retraining.stop_signal import Stop


@dataclass(frozen=True, kw_only=True)
class World:
    """What the service works with; tests put others in place.

    Attributes:
        clock: Time.
        runner: Runs the pipeline.
        stop: Says when to stop.
        tell: Hands an event to the people who want it; returns at once.
        find_newest_span: Returns the newest span of the data that is ready, or None; raises PipelineError when the
            spans cannot be listed.
    """

    clock: Clock
    runner: Runner
    stop: Stop
    tell: Callable[[Event], None]
    find_newest_span: Callable[[], Span | None]
