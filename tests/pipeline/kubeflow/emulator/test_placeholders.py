import pytest

from pipeline.kubeflow.emulator.errors import TaskError
from pipeline.kubeflow.emulator.placeholders import fill_by_driver, fill_by_launcher
from pipeline.kubeflow.storage_paths import StoragePaths

EXECUTOR_INPUT = {
    "inputs": {
        "parameterValues": {"epochs": 2.0, "flags": [True]},
        "artifacts": {"data": {"artifacts": [{"uri": "s3://bucket/data"}]}},
    }
}


def test_the_driver_fills_parameters_in_anywhere_in_a_word() -> None:
    word = "--n={{$.inputs.parameters['epochs']}},{{$.inputs.parameters['flags']}}"

    assert fill_by_driver(word, {"epochs": 2.0, "flags": [True]}) == "--n=2,[true]"


def test_the_driver_leaves_words_that_name_outputs() -> None:
    word = "{{$.outputs.artifacts['x'].path}}{{$.inputs.parameters['unknown']}}"

    assert fill_by_driver(word, {}) == word


def test_an_unknown_parameter_fails_the_task() -> None:
    with pytest.raises(TaskError, match="names the parameter 'gone'"):
        fill_by_driver("{{$.inputs.parameters['gone']}}", {})


def test_the_launcher_fills_named_placeholders_into_every_word_but_the_first() -> None:
    path = "{{$.inputs.artifacts['data'].path}}"

    words = fill_by_launcher([path, path], EXECUTOR_INPUT, StoragePaths("/pod"))

    assert words == [path, "/pod/s3/bucket/data"]


def test_the_launcher_also_replaces_what_the_whole_input_brought_in() -> None:
    poisoned = {"inputs": {"parameterValues": {"a": "{{$.inputs.parameters['b']}}", "b": "B"}}}

    words = fill_by_launcher(["run", "{{$}}"], poisoned, StoragePaths())

    assert '"a": "B"' in words[1]
