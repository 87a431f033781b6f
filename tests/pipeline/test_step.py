import json

from pipeline.step import Call, Node, Output

NODE = Node(
    component="tfx.somewhere:Trainer",
    inputs={"examples": Output("Examples", "examples"), "more": Output("Examples", "more")},
    waits_for=("Gate", "Examples"),
    arguments={"train_args": Call("tfx.proto:TrainArgs", {"splits": ["train"]}), "run_fn": "trainers.entry.run_fn"},
    parameters_as="custom_config",
)


def test_a_node_survives_json() -> None:
    assert Node.from_json(json.loads(json.dumps(NODE.to_json()))) == NODE


def test_a_node_comes_after_its_inputs_and_what_it_waits_for() -> None:
    assert NODE.after == ("Examples", "Gate")


def test_a_node_names_the_modules_that_it_runs() -> None:
    assert list(NODE.modules) == ["tfx.somewhere", "tfx.proto", "trainers.entry"]
