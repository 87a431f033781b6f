"""The messages of the Open Inference Protocol, version 2; parameters are not read, so they have no fields here."""

from serving.grpc_api.schema import describe_package, make_classes

CLASSES = make_classes(
    describe_package(
        "inference",
        messages={
            "ServerLiveRequest": [],
            "ServerLiveResponse": ["bool live = 1"],
            "ServerReadyRequest": [],
            "ServerReadyResponse": ["bool ready = 1"],
            "ModelReadyRequest": ["string name = 1", "string version = 2"],
            "ModelReadyResponse": ["bool ready = 1"],
            "ServerMetadataRequest": [],
            "ServerMetadataResponse": ["string name = 1", "string version = 2", "repeated string extensions = 3"],
            "ModelMetadataRequest": ["string name = 1", "string version = 2"],
            "TensorMetadata": ["string name = 1", "string datatype = 2", "repeated int64 shape = 3"],
            "ModelMetadataResponse": [
                "string name = 1",
                "repeated string versions = 2",
                "string platform = 3",
                "repeated TensorMetadata inputs = 4",
                "repeated TensorMetadata outputs = 5",
            ],
            "InferTensorContents": [
                "repeated uint32 uint_contents = 4",
                "repeated float fp32_contents = 6",
                "repeated bytes bytes_contents = 8",
            ],
            "InferInputTensor": [
                "string name = 1",
                "string datatype = 2",
                "repeated int64 shape = 3",
                "InferTensorContents contents = 5",
            ],
            "InferRequestedOutputTensor": ["string name = 1"],
            "ModelInferRequest": [
                "string model_name = 1",
                "string model_version = 2",
                "string id = 3",
                "repeated InferInputTensor inputs = 5",
                "repeated InferRequestedOutputTensor outputs = 6",
                "repeated bytes raw_input_contents = 7",
            ],
            "InferOutputTensor": [
                "string name = 1",
                "string datatype = 2",
                "repeated int64 shape = 3",
                "InferTensorContents contents = 5",
            ],
            "ModelInferResponse": [
                "string model_name = 1",
                "string model_version = 2",
                "string id = 3",
                "repeated InferOutputTensor outputs = 5",
                "repeated bytes raw_output_contents = 6",
            ],
        },
        enums={},
    )
)
"""Message classes by full name."""

ServerLiveRequest = CLASSES["inference.ServerLiveRequest"]
ServerLiveResponse = CLASSES["inference.ServerLiveResponse"]
ServerReadyRequest = CLASSES["inference.ServerReadyRequest"]
ServerReadyResponse = CLASSES["inference.ServerReadyResponse"]
ModelReadyRequest = CLASSES["inference.ModelReadyRequest"]
ModelReadyResponse = CLASSES["inference.ModelReadyResponse"]
ServerMetadataRequest = CLASSES["inference.ServerMetadataRequest"]
ServerMetadataResponse = CLASSES["inference.ServerMetadataResponse"]
ModelMetadataRequest = CLASSES["inference.ModelMetadataRequest"]
ModelMetadataResponse = CLASSES["inference.ModelMetadataResponse"]
ModelInferRequest = CLASSES["inference.ModelInferRequest"]
ModelInferResponse = CLASSES["inference.ModelInferResponse"]
