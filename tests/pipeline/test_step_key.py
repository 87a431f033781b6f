from pipeline.step_key import KeyParts


def test_equal_parts_give_equal_keys_in_any_order() -> None:
    assert KeyParts(parameters={"a": 1, "b": 2}).key == KeyParts(parameters={"b": 2, "a": 1}).key


def test_any_part_changes_the_key() -> None:
    keys = {KeyParts(**{name: {"x": "1"}}).key for name in ("after", "parameters", "watched", "code", "packages")}

    assert len(keys | {KeyParts().key}) == 6


def test_parts_survive_json() -> None:
    parts = KeyParts(parameters={"train": {"epochs": 3}}, code={"trainers/x.py": "ab"})

    assert KeyParts.from_json(parts.to_json()).key == parts.key
