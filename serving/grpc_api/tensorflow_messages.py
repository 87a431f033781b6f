"""The messages of TensorFlow Serving that this server reads and writes, with the public field numbers."""

from serving.grpc_api.schema import describe_package, make_classes

DT_FLOAT, DT_UINT8, DT_STRING, DT_INT64 = 1, 4, 7, 9
"""Numbers of TensorFlow's dtypes, as in `TensorProto.dtype`."""
DTYPES = {"float32": DT_FLOAT, "uint8": DT_UINT8, "string": DT_STRING, "int64": DT_INT64}
"""From the manifest's words. Dtypes are plain integers here: those without a name must be readable, too."""

_CORE = describe_package(
    "tensorflow",
    messages={
        "Dim": ["int64 size = 1", "string name = 2"],
        "TensorShapeProto": ["repeated Dim dim = 2", "bool unknown_rank = 3"],
        "TensorProto": [
            "int32 dtype = 1",
            "TensorShapeProto tensor_shape = 2",
            "int32 version_number = 3",
            "bytes tensor_content = 4",
            "repeated float float_val = 5",
            "repeated bytes string_val = 8",
        ],
        "BytesList": ["repeated bytes value = 1"],
        "Feature": ["oneof kind: BytesList bytes_list = 1"],
        "Features": ["map<string, Feature> feature = 1"],
        "Example": ["Features features = 1"],
        "TensorInfo": [
            "oneof encoding: string name = 1",
            "int32 dtype = 2",
            "TensorShapeProto tensor_shape = 3",
        ],
        "SignatureDef": [
            "map<string, TensorInfo> inputs = 1",
            "map<string, TensorInfo> outputs = 2",
            "string method_name = 3",
        ],
    },
    enums={},
)
_SERVING = describe_package(
    "tensorflow.serving",
    uses=["tensorflow"],
    messages={
        "ModelSpec": [
            "string name = 1",
            "oneof version_choice: google.protobuf.Int64Value version = 2",
            "oneof version_choice: string version_label = 4",
            "string signature_name = 3",
        ],
        "PredictRequest": [
            "ModelSpec model_spec = 1",
            "map<string, tensorflow.TensorProto> inputs = 2",
            "repeated string output_filter = 3",
        ],
        "PredictResponse": ["ModelSpec model_spec = 2", "map<string, tensorflow.TensorProto> outputs = 1"],
        "ExampleList": ["repeated tensorflow.Example examples = 1"],
        "ExampleListWithContext": ["repeated tensorflow.Example examples = 1", "tensorflow.Example context = 2"],
        "Input": [
            "oneof kind: ExampleList example_list = 1",
            "oneof kind: ExampleListWithContext example_list_with_context = 2",
        ],
        "ClassificationRequest": ["ModelSpec model_spec = 1", "Input input = 2"],
        "Class": ["string label = 1", "float score = 2"],
        "Classifications": ["repeated Class classes = 1"],
        "ClassificationResult": ["repeated Classifications classifications = 1"],
        "ClassificationResponse": ["ModelSpec model_spec = 2", "ClassificationResult result = 1"],
        "SignatureDefMap": ["map<string, tensorflow.SignatureDef> signature_def = 1"],
        "GetModelMetadataRequest": ["ModelSpec model_spec = 1", "repeated string metadata_field = 2"],
        "GetModelMetadataResponse": ["ModelSpec model_spec = 1", "map<string, google.protobuf.Any> metadata = 2"],
        "GetModelStatusRequest": ["ModelSpec model_spec = 1"],
        "StatusProto": ["int32 error_code = 1", "string error_message = 2"],
        "ModelVersionStatus": ["int64 version = 1", "State state = 2", "StatusProto status = 3"],
        "GetModelStatusResponse": ["repeated ModelVersionStatus model_version_status = 1"],
    },
    enums={
        "State": ["UNKNOWN = 0", "START = 10", "LOADING = 20", "AVAILABLE = 30", "UNLOADING = 40", "END = 50"],
    },
)

CLASSES = make_classes(_CORE, _SERVING)
"""Message classes by full name."""

TensorProto = CLASSES["tensorflow.TensorProto"]
PredictRequest = CLASSES["tensorflow.serving.PredictRequest"]
PredictResponse = CLASSES["tensorflow.serving.PredictResponse"]
ClassificationRequest = CLASSES["tensorflow.serving.ClassificationRequest"]
ClassificationResponse = CLASSES["tensorflow.serving.ClassificationResponse"]
SignatureDefMap = CLASSES["tensorflow.serving.SignatureDefMap"]
GetModelMetadataRequest = CLASSES["tensorflow.serving.GetModelMetadataRequest"]
GetModelMetadataResponse = CLASSES["tensorflow.serving.GetModelMetadataResponse"]
GetModelStatusRequest = CLASSES["tensorflow.serving.GetModelStatusRequest"]
GetModelStatusResponse = CLASSES["tensorflow.serving.GetModelStatusResponse"]
