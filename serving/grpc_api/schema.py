"""Makes protobuf messages from lines like those of a .proto file, in a pool of their own.

TensorFlow's stubs put messages of the same names into protobuf's default pool, where a name can be only once; and to
import those stubs would import all of TensorFlow.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory, wrappers_pb2

Lines = Mapping[str, Sequence[str]]
"""Name of a message or enum to its fields or values."""

_FIELD = re.compile(
    r"(?:oneof (?P<oneof>\w+): )?(?P<repeated>repeated )?"
    r"(?:map<string, (?P<mapped>[\w.]+)>|(?P<type>[\w.]+)) (?P<name>\w+) = (?P<number>\d+)"
)
_VALUE = re.compile(r"(?P<name>\w+) = (?P<number>\d+)")
_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "double": _Field.TYPE_DOUBLE,
    "float": _Field.TYPE_FLOAT,
    "int32": _Field.TYPE_INT32,
    "int64": _Field.TYPE_INT64,
    "uint32": _Field.TYPE_UINT32,
    "uint64": _Field.TYPE_UINT64,
    "bool": _Field.TYPE_BOOL,
    "string": _Field.TYPE_STRING,
    "bytes": _Field.TYPE_BYTES,
}
_LIBRARY = (any_pb2, wrappers_pb2)


def describe_package(package: str, *, messages: Lines, enums: Lines, uses: Sequence[str] = ()) -> Any:
    """Describe the messages of a proto3 package.

    Args:
        package: Its name.
        messages: To fields like `oneof choice: repeated some.Type name = 3` or `map<string, bytes> name = 4`. A type
            with a dot is of another package. Nested messages are written as messages of the package: the names of
            fields' types are not on the wire.
        enums: To values like `OK = 0`.
        uses: Other packages described here, whose types occur.

    Returns:
        A FileDescriptorProto.
    """
    file = descriptor_pb2.FileDescriptorProto(name=package, package=package, syntax="proto3")
    file.dependency.extend([*(module.DESCRIPTOR.name for module in _LIBRARY), *uses])
    for name, fields in messages.items():
        message = file.message_type.add(name=name)
        for line in fields:
            _add_field(message, line, package=package, enums=enums)
    for name, values in enums.items():
        enum = file.enum_type.add(name=name)
        for line in values:
            parts = _match(_VALUE, line)
            enum.value.add(name=parts["name"], number=int(parts["number"]))
    return file


def make_classes(*files: Any) -> dict[str, Any]:
    """Return full name to class of all messages of the packages, in a new pool."""
    pool = descriptor_pool.DescriptorPool()
    for module in _LIBRARY:
        pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
    for file in files:
        pool.AddSerializedFile(file.SerializeToString())
    classes: dict[str, Any] = message_factory.GetMessageClassesForFiles([file.name for file in files], pool)
    return classes


def _add_field(message: Any, line: str, *, package: str, enums: Lines) -> None:
    parts = _match(_FIELD, line)
    field = message.field.add(name=parts["name"], number=int(parts["number"]), label=_Field.LABEL_OPTIONAL)
    if parts["repeated"] or parts["mapped"]:
        field.label = _Field.LABEL_REPEATED
    if parts["oneof"]:
        field.oneof_index = _find_oneof(message, parts["oneof"])
    if parts["mapped"]:
        entry = "".join(word.capitalize() for word in parts["name"].split("_")) + "Entry"
        nested = message.nested_type.add(name=entry)
        nested.options.map_entry = True
        _add_field(nested, "string key = 1", package=package, enums=enums)
        _add_field(nested, f"{parts['mapped']} value = 2", package=package, enums=enums)
        field.type, field.type_name = _Field.TYPE_MESSAGE, f".{package}.{message.name}.{entry}"
    elif parts["type"] in _SCALARS:
        field.type = _SCALARS[parts["type"]]
    else:
        field.type = _Field.TYPE_ENUM if parts["type"] in enums else _Field.TYPE_MESSAGE
        field.type_name = f".{parts['type']}" if "." in parts["type"] else f".{package}.{parts['type']}"


def _find_oneof(message: Any, name: str) -> int:
    names = [each.name for each in message.oneof_decl]
    if name not in names:
        message.oneof_decl.add(name=name)
        return len(names)
    return names.index(name)


def _match(pattern: "re.Pattern[str]", line: str) -> dict[str, str]:
    match = pattern.fullmatch(line)
    if match is None:
        raise ValueError(f"{line!r} is not a line of a schema; write it like 'repeated string name = 1'")
    return match.groupdict()
