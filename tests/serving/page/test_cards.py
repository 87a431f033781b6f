"""What the card says of the server's own answer."""

import json
from typing import Any

import pytest
from app_call import call
from colour_server import ColourServer
from javascript import evaluate


@pytest.fixture
def versions(colours: ColourServer) -> list[dict[str, Any]]:
    """Version 2, which has an evaluation, and version 1, which has none."""
    reply = call(colours.app, "GET", "/models.json")
    loaded: list[dict[str, Any]] = reply.json()["models"][0]["versions"]
    return loaded


def ask(function: str, argument: Any) -> Any:
    return evaluate("cards.js", f"page.{function}({json.dumps(argument)})")


def test_the_largest_figures_are_those_of_the_test_split(versions: list[dict[str, Any]]) -> None:
    assert ask("headline", versions[0]) == [
        ["95.0 %", "accuracy on 19 test images"],
        ["0.123", "loss on them"],
        ["1,250", "training images"],
        ["1.0 ms", "per image, when exported"],
    ]


def test_every_candidate_has_its_figures_and_why_it_was_not_pushed(versions: list[dict[str, Any]]) -> None:
    evaluation = versions[0]["evaluation"]

    assert ask("candidateRows", evaluation) == [
        ["keras", "95.0 %", "0.1234", "pushed"],
        ["pytorch", "40.0 %", "2.5000", "refused: accuracy 0.4 is below 0.5"],
    ]
    evaluation["candidates"]["pytorch"] = {"accuracy": None, "loss": None, "blessed": True, "reasons": []}
    assert ask("candidateRows", evaluation)[1] == ["pytorch", "unknown", "unknown", "passed, not the best"]


def test_the_checks_before_the_push_are_told_with_their_limits(versions: list[dict[str, Any]]) -> None:
    told = [
        "Accuracy 95.0 %; at least 50.0 % was asked for",
        "Version 1, pushed before it, has 90.0 %; 1.0 % less is allowed",
        "The exports answer as the trained model: within 0.0e+0 on 64 images",
    ]

    assert ask("checks", versions[0]) == [{"holds": True, "text": text} for text in told]
    versions[0]["evaluation"]["thresholds"].update(previous_version=None, previous_accuracy=None)
    assert ask("checks", versions[0])[1]["text"] == "The first version: there was none to compare it with"


def test_a_check_that_does_not_hold_is_no_tick(versions: list[dict[str, Any]]) -> None:
    versions[0]["evaluation"]["thresholds"].update(min_accuracy=0.96, previous_accuracy=0.97)
    versions[0]["parity"]["passed"] = False

    assert [check["holds"] for check in ask("checks", versions[0])] == [False, False, False]


def test_classes_are_in_the_order_of_their_names_with_images_and_accuracy(versions: list[dict[str, Any]]) -> None:
    assert ask("classTable", versions[0]) == {
        "title": "3 classes; images: 1,250 train, 12 eval, 19 test",
        "heads": ["train", "eval", "test", "right in test"],
        "rows": [
            ["blue", "20", "3", "0", "unknown"],
            ["green", "30", "4", "9", "90.0 %"],
            ["red", "1,200", "5", "10", "100.0 %"],
        ],
    }


def test_without_evaluation_the_classes_and_the_proof_are_what_is_known(versions: list[dict[str, Any]]) -> None:
    assert ask("classTable", versions[1]) == {"title": "3 classes", "heads": [], "rows": [["blue"], ["green"], ["red"]]}
    assert [check["holds"] for check in ask("checks", versions[1])] == [True]


def test_numbers_in_class_names_are_ordered_as_numbers(versions: list[dict[str, Any]]) -> None:
    rows = ask("classTable", {**versions[1], "class_names": ["10", "9", "1"]})["rows"]

    assert rows == [["1"], ["9"], ["10"]]


def test_the_rest_leads_back_to_where_the_version_came_from(versions: list[dict[str, Any]]) -> None:
    assert ask("summaryLine", versions[0]) == "keras cnn, 1 weights; sees 8 x 8 pixels, knows 3 classes"
    assert ask("facts", versions[0]) == [
        ["Trained", "in 1 s, exported 2026-01-02 00:00"],
        ["Runs on", "onnx backend"],
        ["Made with", "tensorflow 2.21.0"],
        ["From run_id", "run-1"],
    ]
