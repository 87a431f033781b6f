"""The messages of KFP's `v2beta1/recurring_run.proto`, for reading requests as strictly as the server does.

The server reads JSON by protobuf's rules with unknown fields refused, and writes the names of the .proto file without
the fields that are not set. The fields, numbers and enumerations here are those of KFP 2.17.
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory, struct_pb2, timestamp_pb2
from google.protobuf.message import Message

_FILE = "kubeflow_recurring_run.proto"
_PACKAGE = "kubeflow"
_KINDS = {
    "string": descriptor_pb2.FieldDescriptorProto.TYPE_STRING,
    "bool": descriptor_pb2.FieldDescriptorProto.TYPE_BOOL,
    "int64": descriptor_pb2.FieldDescriptorProto.TYPE_INT64,
    "int32": descriptor_pb2.FieldDescriptorProto.TYPE_INT32,
}
_TIME, _STRUCT = "google.protobuf.Timestamp", "google.protobuf.Struct"
_ENUMS = {
    "Mode": {"MODE_UNSPECIFIED": 0, "ENABLE": 1, "DISABLE": 2},
    "Status": {"STATUS_UNSPECIFIED": 0, "ENABLED": 1, "DISABLED": 3},
}
# Message to field to (number, type, oneof).
_MESSAGES: dict[str, dict[str, tuple[int, str, str]]] = {
    "CronSchedule": {"start_time": (1, _TIME, ""), "end_time": (2, _TIME, ""), "cron": (3, "string", "")},
    "PeriodicSchedule": {
        "start_time": (1, _TIME, ""),
        "end_time": (2, _TIME, ""),
        "interval_second": (3, "int64", ""),
    },
    "Trigger": {
        "cron_schedule": (1, "CronSchedule", "trigger"),
        "periodic_schedule": (2, "PeriodicSchedule", "trigger"),
    },
    "PipelineVersionReference": {"pipeline_id": (1, "string", ""), "pipeline_version_id": (2, "string", "")},
    "RuntimeConfig": {"parameters": (1, _STRUCT, ""), "pipeline_root": (2, "string", "")},
    "RecurringRun": {
        "recurring_run_id": (1, "string", ""),
        "display_name": (2, "string", ""),
        "description": (3, "string", ""),
        "pipeline_version_id": (4, "string", "pipeline_source"),
        "pipeline_spec": (5, _STRUCT, "pipeline_source"),
        "pipeline_version_reference": (18, "PipelineVersionReference", "pipeline_source"),
        "runtime_config": (6, "RuntimeConfig", ""),
        "service_account": (7, "string", ""),
        "max_concurrency": (8, "int64", ""),
        "trigger": (9, "Trigger", ""),
        "mode": (10, "Mode", ""),
        "created_at": (11, _TIME, ""),
        "updated_at": (12, _TIME, ""),
        "status": (13, "Status", ""),
        "no_catchup": (15, "bool", ""),
        "namespace": (16, "string", ""),
        "experiment_id": (17, "string", ""),
    },
}


def read_recurring_run(body: bytes) -> Any:
    """Return the message that a request holds.

    Raises:
        json_format.ParseError: A field is unknown or of the wrong type, or two of one `oneof` are set.
    """
    return json_format.Parse(body, _RecurringRun())


def write_message(message: Message) -> dict[str, Any]:
    """Return a message as the server's JSON."""
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


def _message_class(name: str) -> type[Message]:
    pool = descriptor_pool.DescriptorPool()
    for needed in (timestamp_pb2, struct_pb2):
        pool.AddSerializedFile(needed.DESCRIPTOR.serialized_pb)
    pool.Add(_file())
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name=_FILE, package=_PACKAGE, syntax="proto3")
    file.dependency.extend([timestamp_pb2.DESCRIPTOR.name, struct_pb2.DESCRIPTOR.name])
    for name, values in _ENUMS.items():
        file.enum_type.add(
            name=name,
            value=[
                descriptor_pb2.EnumValueDescriptorProto(name=value, number=number) for value, number in values.items()
            ],
        )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, kind, oneof) in fields.items():
            _add_field(message, field, number, kind, oneof)
    return file


def _add_field(message: descriptor_pb2.DescriptorProto, name: str, number: int, kind: str, oneof: str) -> None:
    field = message.field.add(
        name=name, number=number, label=descriptor_pb2.FieldDescriptorProto.LABEL_OPTIONAL, type=_type_of(kind)
    )
    if kind not in _KINDS:
        field.type_name = f".{kind}" if kind.startswith("google.") else f".{_PACKAGE}.{kind}"
    if oneof:
        names = [each.name for each in message.oneof_decl]
        if oneof not in names:
            message.oneof_decl.add(name=oneof)
            names.append(oneof)
        field.oneof_index = names.index(oneof)


def _type_of(kind: str) -> Any:
    if kind in _ENUMS:
        return descriptor_pb2.FieldDescriptorProto.TYPE_ENUM
    return _KINDS.get(kind, descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE)


_RecurringRun = _message_class("RecurringRun")
