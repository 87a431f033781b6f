"""Exports: what turns a trained model into files that serve anywhere, and proves them equal to the model.

Usable alone, for any image model of either framework:

    from trainers.export import export_onnx, export_saved_model

    export_saved_model(model, "saved_model", input_shape=(3, 224, 224))  # torch: C, H, W; Keras: H, W, C
    export_onnx(model, "model.onnx", input_shape=(3, 224, 224))

Importing this package loads no framework.
"""

from trainers.export.standalone import export_onnx, export_saved_model

__all__ = ["export_onnx", "export_saved_model"]
