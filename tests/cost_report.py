"""What a test run costs: processor seconds by room and the slowest tests, printed at the end of every longer run.

`--cost-file=PATH` keeps the figures as JSON, to compare two states of the code. Processor time is that of the test's
own process and of its children that have ended, so a run that a test starts counts where it is waited for.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

_REPORTED_ABOVE_SECONDS = 60
"""A shorter run prints no report: `make test-fast` of a room should end with its result."""
_SLOWEST_TESTS = 30
_ROOM_DEPTH = 3
"""`tests/trainers/export` is a room; what lies deeper counts to it."""


@dataclass
class Cost:
    """What one test, or all tests of a room, took.

    Attributes:
        wall_seconds: Setup, call and teardown together.
        cpu_seconds: Processor time of the process and its ended children.
    """

    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0

    def add(self, other: "Cost") -> None:
        self.wall_seconds += other.wall_seconds
        self.cpu_seconds += other.cpu_seconds


@dataclass(eq=False)  # pytest hashes its plugins
class CostReport:
    """A pytest plugin: measures in each process that runs tests, and sums up where the report is printed."""

    cost_file: Path | None
    started_seconds: float = field(default_factory=time.monotonic)
    cpu_before: float = 0.0
    collection_cpu_seconds: float = 0.0
    tests: dict[str, Cost] = field(default_factory=dict)

    def pytest_collection_finish(self) -> None:
        self.cpu_before = self.collection_cpu_seconds = _cpu_seconds()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Iterator[Any]:
        report = yield
        now = _cpu_seconds()
        report.cpu_seconds, self.cpu_before = now - self.cpu_before, now
        return report

    def pytest_runtest_logreport(self, report: Any) -> None:
        cost = Cost(report.duration, getattr(report, "cpu_seconds", 0.0))
        self.tests.setdefault(report.nodeid, Cost()).add(cost)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["collection_cpu_seconds"] = self.collection_cpu_seconds

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.collection_cpu_seconds += getattr(node, "workeroutput", {}).get("collection_cpu_seconds", 0.0)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        rooms = _by_room(self.tests)
        if self.cost_file:
            costs = {test: vars(cost) for test, cost in self.tests.items()}
            self.cost_file.write_text(
                json.dumps({"collection_cpu_seconds": self.collection_cpu_seconds, "tests": costs}, indent=1)
            )
        if time.monotonic() - self.started_seconds < _REPORTED_ABOVE_SECONDS:
            return
        terminalreporter.section(f"slowest {_SLOWEST_TESTS} tests")
        slowest = sorted(self.tests.items(), key=lambda test: test[1].wall_seconds, reverse=True)[:_SLOWEST_TESTS]
        terminalreporter.write_line(f"{'seconds':>8} {'CPU s':>8}  test")
        for test, cost in slowest:
            terminalreporter.write_line(f"{cost.wall_seconds:8.1f} {cost.cpu_seconds:8.1f}  {test}")
        terminalreporter.section("processor seconds by room")
        counts = Counter(_room(test) for test in self.tests)
        terminalreporter.write_line(f"{'CPU s':>8} {'seconds':>8} {'tests':>6}  room")
        for room, cost in sorted(rooms.items(), key=lambda one: one[1].cpu_seconds, reverse=True):
            terminalreporter.write_line(f"{cost.cpu_seconds:8.1f} {cost.wall_seconds:8.1f} {counts[room]:6}  {room}")
        total = sum(cost.cpu_seconds for cost in rooms.values())
        terminalreporter.write_line(f"{self.collection_cpu_seconds:8.1f} {'':8} {'':6}  collection, all processes")
        terminalreporter.write_line(
            f"{total + self.collection_cpu_seconds:8.1f} {'':8} {len(self.tests):6}  all together"
        )


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cost-file", type=Path, help="write the cost of every test to this JSON file")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(CostReport(config.getoption("--cost-file")), "cost-report")


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _room(test: str) -> str:
    folders = test.partition("::")[0].split("/")[:-1]
    return "/".join(folders[:_ROOM_DEPTH])


def _by_room(tests: dict[str, Cost]) -> dict[str, Cost]:
    rooms: dict[str, Cost] = {}
    for test, cost in tests.items():
        rooms.setdefault(_room(test), Cost()).add(cost)
    return rooms
