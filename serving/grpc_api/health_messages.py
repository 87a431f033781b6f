"""The messages of gRPC's health check, `grpc.health.v1`."""

from serving.grpc_api.schema import describe_package, make_classes

SERVING, NOT_SERVING = 1, 2

CLASSES = make_classes(
    describe_package(
        "grpc.health.v1",
        messages={
            "HealthCheckRequest": ["string service = 1"],
            "HealthCheckResponse": ["ServingStatus status = 1"],
        },
        enums={"ServingStatus": ["UNKNOWN = 0", "SERVING = 1", "NOT_SERVING = 2", "SERVICE_UNKNOWN = 3"]},
    )
)
"""Message classes by full name."""

HealthCheckRequest = CLASSES["grpc.health.v1.HealthCheckRequest"]
HealthCheckResponse = CLASSES["grpc.health.v1.HealthCheckResponse"]
