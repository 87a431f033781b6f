"""What a run would do, as a table: `--dry-run`."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.explain import Explainer
from pipeline.lineage import Lineage
from pipeline.plan import Plan

_STYLES = {"execute": "yellow", "cached": "cyan", "left out": "dim"}


def show_plan(console: Console, plan: Plan, explainer: Explainer, lineage: Lineage, *, pipeline_name: str) -> None:
    """Print for each step what would happen, why, and how long it took the last time.

    Args:
        console: Where to print.
        plan: What would happen.
        explainer: Says why.
        lineage: Knows how long steps took.
        pipeline_name: Name of the TFX pipeline.
    """
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("step", no_wrap=True)
    table.add_column("would", no_wrap=True)
    table.add_column("last took", justify="right", no_wrap=True)
    table.add_column("why", overflow="fold")
    expected_seconds = 0.0
    for step in plan.steps:
        status = plan.status_of(step.id)
        earlier = lineage.newest_of(pipeline_name, step.id)
        seconds = earlier.seconds if earlier else 0.0
        expected_seconds += seconds if status == "execute" else 0.0
        took = f"{seconds:.1f} s" if seconds else ""
        table.add_row(step.id, Text(status, style=_STYLES[status]), took, explainer.reason(step.id))
    console.print(table)
    console.print()
    console.print(_verdict(plan, expected_seconds), soft_wrap=True, highlight=False)


def _verdict(plan: Plan, expected_seconds: float) -> str:
    count = len(plan.to_execute)
    if not count:
        return "Nothing to execute; nothing was run"
    about = f", about {expected_seconds:.0f} s one after the other by their last runs" if expected_seconds else ""
    return f"{count} of {len(plan.steps)} steps would be executed{about}; nothing was run"
