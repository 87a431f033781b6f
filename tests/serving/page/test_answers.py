"""Runs the page's pure functions with node, where there is one."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from asgi_call import call
from colour_server import ColourServer

PAGE = Path(__file__).resolve().parents[3] / "serving" / "page"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")

MODEL = {
    "labels": {"champion": "2", "best": "2", "stable": "1"},
    "versions": [{"version": "3"}, {"version": "2"}, {"version": "1"}],
}


def evaluate(expression: str) -> Any:
    """Return the value of an expression in which the module's functions are `page.NAME`."""
    code = f"import * as page from {json.dumps((PAGE / 'answers.js').as_uri())};"
    code += f"console.log(JSON.stringify({expression}))"
    command = [str(NODE), "--input-type=module", "--eval", code]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


def test_paths_are_relative_and_names_are_encoded() -> None:
    assert evaluate('page.predictPath("a/b c", "12", 5)') == "predict/a%2Fb%20c/versions/12?top=5"


def test_the_champion_is_offered_first_and_versions_show_their_labels() -> None:
    assert evaluate(f"page.versionOptions({json.dumps(MODEL)})") == [
        {"value": "2", "text": "2 (best, champion)"},
        {"value": "3", "text": "3"},
        {"value": "1", "text": "1 (stable)"},
    ]


def test_what_is_not_certain_never_reads_as_certain() -> None:
    shares = [0, 0.0004, 0.125, 0.9991, 1]

    assert evaluate(f"{shares}.map(page.percent)") == ["0.0 %", "< 0.1 %", "12.5 %", "> 99.9 %", "100.0 %"]


def test_short_times_have_a_decimal_and_long_ones_none() -> None:
    assert evaluate("[1.26, 9.9, 12.5, 340.2].map(page.milliseconds)") == ["1.3 ms", "9.9 ms", "13 ms", "340 ms"]


def test_versions_differ_when_two_answers_name_two_classes() -> None:
    red, blue, none = '{label: "red"}', '{label: "blue"}', "{}"
    cases = [f"[{red}, {blue}]", f"[{red}, {red}]", f"[{red}]", f"[{red}, {none}]"]

    assert evaluate(f"[{', '.join(cases)}].map(page.differ)") == [True, False, False, False]


def test_a_card_tells_the_facts_of_the_server_s_own_answer(colours: ColourServer) -> None:
    reply = call(colours.app, "GET", "/models.json")
    version = json.dumps(reply.json()["models"][0]["versions"][0])

    facts = dict(evaluate(f"page.cardFacts({version})"))

    assert facts == {
        "Framework": "keras",
        "Architecture": "cnn, 1 weights",
        "Sees": "8 x 8 pixels",
        "Classes": "red, green, blue",
        "Answers": "as the trained model: within 0.0e+0 on 64 photos",
        "Model time": "1.0 ms an image when it was exported",
        "Trained": "in 1 s, exported 2026-01-02 00:00",
        "Runs on": "onnx backend",
        "Made with": "tensorflow 2.21.0",
        "From run_id": "run-1",
    }


@pytest.mark.parametrize("name", ["page.js", "answers.js"])
def test_the_scripts_are_free_of_syntax_errors(name: str) -> None:
    command = [str(NODE), "--input-type=module", "--check"]
    done = subprocess.run(command, check=False, input=(PAGE / name).read_bytes(), capture_output=True, timeout=60)

    assert done.returncode == 0, done.stderr.decode()
