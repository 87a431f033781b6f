import pytest

from pipeline.errors import UsageError
from pipeline.selection import Selection, select_steps
from pipeline.step import Node, Step


def step(step_id: str, *after: str) -> Step:
    return Step(id=step_id, node=Node(component="", waits_for=after))


STEPS = (
    step("Examples"),
    step("Transform", "Examples"),
    step("Trainer", "Transform"),
    step("Baseline", "Examples"),
    step("Evaluator", "Trainer", "Baseline"),
)
ALL = {"Examples", "Transform", "Trainer", "Baseline", "Evaluator"}


@pytest.mark.parametrize(
    ("selection", "wanted", "forced"),
    [
        (Selection(), ALL, set()),
        (Selection(start="Trainer"), ALL, {"Trainer", "Evaluator"}),
        (Selection(until="Trainer"), {"Examples", "Transform", "Trainer"}, set()),
        (Selection(start="Transform", until="Trainer"), {"Examples", "Transform", "Trainer"}, {"Transform", "Trainer"}),
        (Selection(only="Trainer"), {"Trainer"}, {"Trainer"}),
    ],
)
def test_each_wish_selects_its_steps(selection: Selection, wanted: set[str], forced: set[str]) -> None:
    selected = select_steps(STEPS, selection)

    assert (selected.wanted, selected.forced) == (wanted, forced)


@pytest.mark.parametrize(
    ("selection", "sentence"),
    [
        (Selection(until="Trainr"), "--until 'Trainr' is no step of this run.*Did you mean 'Trainer'"),
        (Selection(only="Trainer", until="Evaluator"), "--only stands alone"),
        (Selection(start="Evaluator", until="Trainer"), "--from Evaluator --until Trainer is empty"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(selection: Selection, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        select_steps(STEPS, selection)
