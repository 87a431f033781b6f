"""tf.Example without TensorFlow: the message is small and stable, and loading TensorFlow takes seconds and memory."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message, message_factory

_Field = descriptor_pb2.FieldDescriptorProto
_PACKAGE = "tensorflow"
Value = bytes | float


def encode_example(features: Mapping[str, Sequence[Value]]) -> bytes:
    """Serialise features, each a list of bytes or of floats, as a tf.Example."""
    example = _example_class()()
    for name, values in features.items():
        kind = "bytes_list" if all(isinstance(value, bytes) for value in values) else "float_list"
        getattr(example.features.feature[name], kind).value.extend(values)
    serialised: bytes = example.SerializeToString(deterministic=True)
    return serialised


def read_features(serialised: bytes) -> dict[str, bytes | None]:
    """Return the first bytes value of each feature; None for a feature that holds numbers or nothing.

    Raises:
        ValueError: The bytes are not a tf.Example.
    """
    try:
        example = _example_class().FromString(serialised)
    except message.DecodeError as error:
        raise ValueError("the record is not a tf.Example") from error
    return {name: next(iter(feature.bytes_list.value), None) for name, feature in example.features.feature.items()}


@cache
def _example_class() -> Any:
    """Build the class from the field numbers of tensorflow/core/example/{example,feature}.proto."""
    file = descriptor_pb2.FileDescriptorProto(name="example.proto", package=_PACKAGE, syntax="proto3")
    _add(file, "BytesList", _field("value", 1, _Field.TYPE_BYTES, repeated=True))
    _add(file, "FloatList", _field("value", 1, _Field.TYPE_FLOAT, repeated=True))
    feature = _add(file, "Feature", _field("bytes_list", 1, "BytesList"), _field("float_list", 2, "FloatList"))
    feature.oneof_decl.add(name="kind")
    for member in feature.field:
        member.oneof_index = 0
    features = _add(file, "Features", _field("feature", 1, "Features.FeatureEntry", repeated=True))
    entry = features.nested_type.add(name="FeatureEntry")
    entry.options.map_entry = True
    entry.field.extend([_field("key", 1, _Field.TYPE_STRING), _field("value", 2, "Feature")])
    _add(file, "Example", _field("features", 1, "Features"))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Example"))


def _add(file: Any, name: str, *fields: Any) -> Any:
    added = file.message_type.add(name=name)
    added.field.extend(fields)
    return added


def _field(name: str, number: int, kind: int | str, *, repeated: bool = False) -> Any:
    label = _Field.LABEL_REPEATED if repeated else _Field.LABEL_OPTIONAL
    field = _Field(name=name, number=number, label=label)
    if isinstance(kind, str):
        field.type, field.type_name = _Field.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
    else:
        field.type = kind
    return field
