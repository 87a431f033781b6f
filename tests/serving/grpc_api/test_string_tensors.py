from typing import Any

import pytest

from serving.errors import InvalidRequestError, TooLargeError
from serving.grpc_api.string_tensors import read_strings
from serving.grpc_api.tensorflow_messages import DT_FLOAT, DT_STRING, TensorProto

LONG = b"x" * 300


def tensor(*sizes: int, dtype: int = DT_STRING, **fields: Any) -> Any:
    made = TensorProto(dtype=dtype, **fields)
    for size in sizes:
        made.tensor_shape.dim.add(size=size)
    return made


@pytest.mark.parametrize(
    ("made", "strings"),
    [
        (tensor(2, string_val=[b"a", b"b"]), [b"a", b"b"]),
        (tensor(3, string_val=[b"a", b"b"]), [b"a", b"b", b"b"]),
        (tensor(0), []),
        (tensor(2, tensor_content=b"\x01\x00a"), [b"a", b""]),
        (tensor(2, tensor_content=b"\x01\xac\x02a" + LONG), [b"a", LONG]),
    ],
)
def test_strings_come_in_each_form(made: Any, strings: list[bytes]) -> None:
    assert read_strings(made, name="image_bytes", most=10) == strings


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (tensor(1, dtype=DT_FLOAT), r"must be DT_STRING \(7\), but its dtype is 1"),
        (tensor(1, dtype=0), "its dtype is 0"),
        (tensor(string_val=[b"a"]), r"one dimension, the number of images; it has \[\]"),
        (tensor(1, 1, string_val=[b"a"]), r"it has \[1, 1\]"),
        (tensor(-1, string_val=[b"a"]), r"it has \[-1\]"),
        (tensor(1, string_val=[b"a", b"b"]), "has 1 elements, but 2 values"),
        (tensor(1), "has 1 elements, but 0 values"),
        (tensor(1, tensor_content=b"\x02a"), "do not add up"),
        (tensor(1, tensor_content=b"\x01ab"), "do not add up"),
        (tensor(2, tensor_content=b"\x01"), "do not add up"),
        (tensor(1, tensor_content=b"\xff\xff\xff\xff\xff\x01"), "do not add up"),
    ],
)
def test_other_tensors_are_refused(made: Any, message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        read_strings(made, name="image_bytes", most=10)


def test_a_huge_shape_is_refused_before_it_takes_memory() -> None:
    with pytest.raises(TooLargeError, match="holds 1000000000000 images, more than 10"):
        read_strings(tensor(10**12, string_val=[b"a"]), name="image_bytes", most=10)
