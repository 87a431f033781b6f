"""The model core that both ONNX exporters deliver: standardised pixels to logits, one opset, nothing else inside."""

import onnx

from trainers.export.errors import ModelExportError

OPSET = 18
"""The first with antialiased Resize; the highest that tf2onnx writes and the one that torch's exporter is built on."""
IR_VERSION = 8
"""The lowest that opset 18 allows, so that older runtimes can read the file."""
PIXELS = "pixels"
LOGITS = "logits"


def strip_core(core: onnx.ModelProto) -> onnx.ModelProto:
    """Return the core without what an exporter leaves behind, and refuse what plain ONNX cannot run.

    Source lines and file names of the exporting machine, unused operator sets and inferred shapes go; operators,
    weights, inputs and outputs stay.

    Args:
        core: one float32 input [N, C, S, S], one float32 output [N, K].

    Raises:
        ModelExportError: the core has functions or operators outside ONNX's own, or another opset.
    """
    foreign = sorted({node.op_type for node in core.graph.node if not _is_onnx_operator(node)})
    opsets = {entry.domain: entry.version for entry in core.opset_import}
    if foreign or core.functions or opsets.get("") != OPSET:
        raise ModelExportError(
            f"the ONNX exporter must deliver plain operators of opset {OPSET}, but delivered opset {opsets.get('')} "
            f"with the foreign operators {foreign or 'none'} and {len(core.functions)} functions; replace the layers "
            "that they come from."
        )
    stripped = onnx.ModelProto(ir_version=IR_VERSION, opset_import=[onnx.helper.make_opsetid("", OPSET)])
    stripped.graph.CopyFrom(core.graph)
    graph = stripped.graph
    graph.name, graph.doc_string = "core", ""
    for field in ("value_info", "metadata_props"):
        graph.ClearField(field)
    for node in graph.node:
        node.ClearField("metadata_props")
        node.doc_string = ""
    for value in (*graph.input, *graph.output, *graph.initializer):
        value.ClearField("metadata_props")
        value.doc_string = ""
    return stripped


def _is_onnx_operator(node: onnx.NodeProto) -> bool:
    # tf2onnx leaves what it cannot convert under its TensorFlow name, in no domain of its own.
    return node.domain in ("", "ai.onnx") and bool(onnx.defs.has(node.op_type))
