"""Orders: a configuration, a schedule, a zone."""

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.recurring.cron import parse_cron
from pipeline.recurring.order import ScheduledOrder, recurring_name
from pipeline.settings import load_config, merge

PHOTOS: dict[str, Any] = {
    "data": {"path": "/data/photos"},
    "model_name": "my_pets",
    "recurring": {"pod": {"data_volume": {"claim": "photos", "mount_path": "/data"}}},
}


@pytest.fixture
def order() -> Callable[..., ScheduledOrder]:
    """Make an order for photos, with other settings put over it."""

    def make(
        settings: dict[str, Any] | None = None, *, schedule: str = "0 3 * * 7", zone: str = "Europe/Berlin"
    ) -> ScheduledOrder:
        own = {"retrain": {"time_zone": zone, "schedule": schedule}}
        config = load_config(options=merge(merge(PHOTOS, own), settings or {}))
        return ScheduledOrder(name=recurring_name(config), config=config, schedule=parse_cron(schedule))

    return make
