"""A core is plain ONNX of one opset, without traces of the machine that exported it."""

import onnx
import pytest
from onnx import TensorProto, helper

from trainers.export.errors import ModelExportError
from trainers.export.onnx_core import IR_VERSION, OPSET, strip_core


def _core(*, opset: int = OPSET, domain: str = "", op_type: str = "Relu") -> onnx.ModelProto:
    node = helper.make_node(op_type, ["pixels"], ["logits"], domain=domain, doc_string="File model.py, line 3")
    node.metadata_props.add(key="stack_trace", value="File model.py, line 3")
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", 2]) for name in ("pixels", "logits")]
    graph = helper.make_graph([node], "main_graph", values[:1], values[1:], value_info=values[:1])
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", 2)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def test_traces_of_the_exporter_are_removed() -> None:
    stripped = strip_core(_core())

    assert b"model.py" not in stripped.SerializeToString()
    assert [(entry.domain, entry.version) for entry in stripped.opset_import] == [("", OPSET)]
    assert stripped.ir_version == IR_VERSION
    assert not stripped.graph.value_info
    onnx.checker.check_model(stripped, full_check=True)


def test_operators_and_shapes_stay() -> None:
    stripped = strip_core(_core())

    assert [node.op_type for node in stripped.graph.node] == ["Relu"]
    assert stripped.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "N"


def test_foreign_operator_is_refused_by_name() -> None:
    with pytest.raises(ModelExportError, match=r"foreign operators \['Warp'\]"):
        strip_core(_core(domain="com.example", op_type="Warp"))


def test_operator_that_onnx_does_not_know_is_refused_by_name() -> None:
    with pytest.raises(ModelExportError, match=r"foreign operators \['Igamma'\]"):
        strip_core(_core(op_type="Igamma"))


def test_other_opset_is_refused() -> None:
    with pytest.raises(ModelExportError, match="delivered opset 17"):
        strip_core(_core(opset=17))


def test_functions_are_refused() -> None:
    core = _core()
    core.functions.add(name="Helper", domain="pkg")

    with pytest.raises(ModelExportError, match="1 functions"):
        strip_core(core)
