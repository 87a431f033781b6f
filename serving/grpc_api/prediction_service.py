"""TensorFlow Serving's PredictionService; Regress and MultiInference are not among its methods here."""

from collections.abc import Mapping
from typing import Any

from serving.errors import InvalidRequestError
from serving.grpc_api.calls import Answer, Call
from serving.grpc_api.model_spec import check_signature, read_model
from serving.grpc_api.prediction_answers import (
    SIGNATURE_FIELD,
    to_classification_response,
    to_metadata_response,
    to_predict_response,
)
from serving.grpc_api.prediction_requests import read_classify, read_predict
from serving.grpc_api.tensorflow_messages import ClassificationRequest, GetModelMetadataRequest, PredictRequest
from serving.prediction import ModelName
from serving.predictor import Predictor
from serving.tf_rest.predict_form import SIGNATURE
from serving.versions.registry import LoadedVersion


class PredictionService:
    """Predict, Classify and GetModelMetadata."""

    name = "tensorflow.serving.PredictionService"
    protocol = "tf_grpc"

    def __init__(self, predictor: Predictor) -> None:
        """Take the predictor, with its registry."""
        self._predictor, self._most = predictor, predictor.limits.max_request_images

    def methods(self) -> Mapping[str, tuple[Any, Answer]]:
        """Return the methods."""
        return {
            "Predict": (PredictRequest, self._predict),
            "Classify": (ClassificationRequest, self._classify),
            "GetModelMetadata": (GetModelMetadataRequest, self._get_metadata),
        }

    async def _predict(self, call: Call) -> Any:
        model = read_model(call.message)
        signature = self._peek(model).manifest.signatures.saved_model[SIGNATURE]
        check_signature(call.message)
        images, outputs = read_predict(call.message, signature, most=self._most)
        call.prediction = await self._predictor.classify(model, images, timeout_seconds=call.timeout_seconds)
        return to_predict_response(call.prediction, outputs)

    async def _classify(self, call: Call) -> Any:
        model = read_model(call.message)
        self._peek(model)
        check_signature(call.message)
        images = read_classify(call.message, most=self._most)
        call.prediction = await self._predictor.classify(model, images, timeout_seconds=call.timeout_seconds)
        return to_classification_response(call.prediction)

    async def _get_metadata(self, call: Call) -> Any:
        fields = list(call.message.metadata_field)
        if not fields:
            raise InvalidRequestError("GetModelMetadataRequest must specify at least one metadata_field")
        for field in fields:
            if field != SIGNATURE_FIELD:
                raise InvalidRequestError(f"Metadata field {field[:80]} is not supported")
        return to_metadata_response(self._peek(read_model(call.message)))

    def _peek(self, model: ModelName) -> LoadedVersion:
        """Return the version that is meant; a missing one is found before the images are read."""
        return self._predictor.registry.peek(model.name, version=model.version, label=model.label)
