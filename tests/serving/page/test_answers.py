import json

import pytest
from javascript import evaluate, find_syntax_error

MODEL = {
    "labels": {"champion": "2", "best": "2", "stable": "1"},
    "versions": [{"version": "3"}, {"version": "2"}, {"version": "1"}],
}


def test_paths_are_relative_and_names_are_encoded() -> None:
    assert evaluate("answers.js", 'page.predictPath("a/b c", "12", 5)') == "predict/a%2Fb%20c/versions/12?top=5"


def test_the_champion_is_offered_first_and_versions_show_their_labels() -> None:
    assert evaluate("answers.js", f"page.versionOptions({json.dumps(MODEL)})") == [
        {"value": "2", "text": "2 (best, champion)"},
        {"value": "3", "text": "3"},
        {"value": "1", "text": "1 (stable)"},
    ]


def test_a_version_is_compared_with_nothing_or_another_one() -> None:
    options = '[{value: "2", text: "2 (champion)"}, {value: "1", text: "1"}]'
    calls = f'[page.comparisonOptions({options}, "2"), page.comparisonOptions({options}.slice(0, 1), "2")]'

    assert evaluate("answers.js", calls) == [
        [{"value": "", "text": "nothing"}, {"value": "1", "text": "1"}],
        [{"value": "", "text": "no other version is loaded"}],
    ]


def test_what_is_not_certain_never_reads_as_certain() -> None:
    shares = evaluate("answers.js", "[0, 0.0004, 0.125, 0.9991, 1].map(page.percent)")

    assert shares == [
        "0.0 %",
        "< 0.1 %",
        "12.5 %",
        "> 99.9 %",
        "100.0 %",
    ]


def test_short_times_have_a_decimal_and_long_ones_none() -> None:
    times = evaluate("answers.js", "[1.26, 9.9, 12.5, 340.2].map(page.milliseconds)")

    assert times == ["1.3 ms", "9.9 ms", "13 ms", "340 ms"]


def test_two_answers_are_compared_and_one_is_not() -> None:
    red, blue, none = '{label: "red"}', '{label: "blue"}', "{}"
    cases = [f"[{red}, {blue}]", f"[{red}, {red}]", f"[{red}]", f"[{red}, {none}]"]

    verdicts = evaluate("answers.js", f"[{', '.join(cases)}].map(page.verdict)")

    assert verdicts == ["The versions differ", "The versions agree", "", ""]


@pytest.mark.parametrize(
    ("status", "reason", "told"),
    [
        (0, "The server does not answer", "The server does not answer. Check that the server is running, and drop"),
        (400, "the file has no bytes", "The file has no bytes. Save the photo as JPEG or PNG, and drop it again."),
        (413, "The body is over 16 MiB.", "The body is over 16 MiB. Make the photo smaller, and drop it again."),
        (500, "The model failed", "The model failed. The server's log has more."),
    ],
)
def test_a_problem_says_why_and_what_to_do(status: int, reason: str, told: str) -> None:
    assert evaluate("answers.js", f"page.problem({status}, {json.dumps(reason)})").startswith(told)


def test_a_batch_says_how_many_photos_failed() -> None:
    assert evaluate("answers.js", "[page.summary(1, 0), page.summary(5, 0), page.summary(5, 2)]") == [
        "1 photo classified",
        "5 photos classified",
        "5 photos: 3 classified, 2 not",
    ]


@pytest.mark.parametrize("script", ["page.js", "answers.js", "cards.js"])
def test_the_scripts_are_free_of_syntax_errors(script: str) -> None:
    assert find_syntax_error(script) == ""
