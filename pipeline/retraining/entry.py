"""What is to be written down after something happened, and who is to be told."""

from dataclasses import dataclass
from typing import Any

from pipeline.retraining.events import Event
from pipeline.retraining.records import HistoryRecord, State


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry.

    Attributes:
        state: The new state.
        records: New lines of the history.
        events: What to tell.
    """

    state: State
    records: tuple[HistoryRecord, ...] = ()
    events: tuple[Event, ...] = ()

    def changes_of(self, before: State) -> dict[str, Any]:
        """Return the fields that the entry changes; what a command wrote into others meanwhile stays."""
        after = dict(self.state)
        return {name: after[name] for name, value in before if value != after[name]}
