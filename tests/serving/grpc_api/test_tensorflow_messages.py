from serving.grpc_api.tensorflow_messages import CLASSES, DTYPES, PredictRequest


def test_a_request_is_on_the_wire_as_the_protocol_says() -> None:
    request = PredictRequest(model_spec={"name": "m", "version": {"value": 2}, "signature_name": "s"})
    request.inputs["i"].dtype = 7
    request.inputs["i"].tensor_shape.dim.add(size=1)
    request.inputs["i"].string_val.append(b"x")
    request.output_filter.append("o")

    # Worked out from the field numbers: 1 model_spec (1 name, 2 version, 3 signature), 2 inputs, 3 output_filter.
    spec = b"\x0a\x01m" + b"\x12\x02\x08\x02" + b"\x1a\x01s"
    tensor = b"\x08\x07" + b"\x12\x04\x12\x02\x08\x01" + b"\x42\x01x"
    entry = b"\x0a\x01i" + b"\x12" + bytes([len(tensor)]) + tensor
    assert request.SerializeToString(deterministic=True) == (
        b"\x0a" + bytes([len(spec)]) + spec + b"\x12" + bytes([len(entry)]) + entry + b"\x1a\x01o"
    )


def test_metadata_is_packed_under_the_official_name() -> None:
    packed = CLASSES["tensorflow.serving.GetModelMetadataResponse"]().metadata["signature_def"]
    packed.Pack(CLASSES["tensorflow.serving.SignatureDefMap"]())

    assert packed.type_url == "type.googleapis.com/tensorflow.serving.SignatureDefMap"


def test_dtypes_have_tensorflows_numbers() -> None:
    assert DTYPES == {"float32": 1, "uint8": 4, "string": 7, "int64": 9}
