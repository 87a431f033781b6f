"""What MLServer needs to serve a bundle: Pillow and ONNX Runtime. Loaded by MLServer, not by Tandem."""

import io

import numpy as np
import onnxruntime
from mlserver import MLModel
from mlserver.codecs import Base64Codec, NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse
from PIL import Image


class OnnxModel(MLModel):
    """A model.onnx whose input is `image` and whose output is `probabilities`."""

    async def load(self) -> bool:
        """Load the file that the settings name, with one thread as Tandem does for small models."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        path = self.settings.parameters.uri
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """Answer encoded images."""
        images = Base64Codec.decode_input(payload.inputs[0])
        pixels_NHWC = np.stack([np.asarray(Image.open(io.BytesIO(image)).convert("RGB")) for image in images])
        probabilities_NK = self._session.run(["probabilities"], {"image": pixels_NHWC})[0]
        outputs = [NumpyCodec.encode_output("probabilities", probabilities_NK)]
        return InferenceResponse(model_name=self.name, outputs=outputs)
