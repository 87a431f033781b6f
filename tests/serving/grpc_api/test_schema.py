import pytest

from serving.grpc_api.schema import describe_package, make_classes

MESSAGES = {
    "Box": [
        "string name = 1",
        "repeated int32 sizes = 5",
        "map<string, Box> inner = 2",
        "oneof place: int64 shelf = 3",
        "oneof place: google.protobuf.Int64Value cellar = 4",
        "Colour colour = 6",
    ]
}
ENUMS = {"Colour": ["NONE = 0", "RED = 3"]}


def test_messages_are_as_their_lines_say() -> None:
    box_class = make_classes(describe_package("shop", messages=MESSAGES, enums=ENUMS))["shop.Box"]

    box = box_class(name="a", sizes=[1, 2], colour="RED", shelf=9)
    box.inner["b"].cellar.value = 7

    # Each field is its number x 8 + its wire type, then its value; by the rules of protobuf's encoding.
    assert box_class(name="a", sizes=[1, 2], shelf=9, colour=3).SerializeToString(deterministic=True) == bytes(
        [0x0A, 1, ord("a"), 0x18, 9, 0x2A, 2, 1, 2, 0x30, 3]
    )
    again = box_class.FromString(box.SerializeToString())
    assert (again.WhichOneof("place"), again.inner["b"].WhichOneof("place")) == ("shelf", "cellar")
    assert again == box


def test_the_same_names_can_be_in_several_pools() -> None:
    first = make_classes(describe_package("shop", messages=MESSAGES, enums=ENUMS))["shop.Box"]
    second = make_classes(describe_package("shop", messages={"Box": ["bytes name = 1"]}, enums={}))["shop.Box"]

    assert first(name="a").SerializeToString() == second(name=b"a").SerializeToString()


@pytest.mark.parametrize("line", ["string name", "name = 1", "string name = one", "map<int32, string> name = 1"])
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="is not a line of a schema"):
        describe_package("shop", messages={"Box": [line]}, enums={})
