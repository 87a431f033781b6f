"""The configuration of a run: what can be set, its defaults and its limits."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from components.image_example_gen.spans.pattern import base_of
from pipeline.beam.config import BeamConfig
from pipeline.data_config import DataConfig
from pipeline.drift.config import DriftConfig
from pipeline.kubeflow.config import KubeflowConfig
from pipeline.module.config import ModuleConfig
from pipeline.recurring.config import RecurringConfig
from pipeline.retraining.config import RetrainConfig
from pipeline.runners.limits import LocalConfig
from trainers.config import TrainConfig, check_weights_setting
from trainers.framework import Framework
from trainers.normalization import NormalizationName
from trainers.tuning.config import TuneConfig
from trainers.ways.config import TrainingWay

FRAMEWORKS: tuple[Framework, ...] = ("keras", "pytorch")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True)


class ImageConfig(_Section):
    """What the Transform graph makes of an image."""

    size_pixels: int = Field(default=32, ge=8, le=1024)
    """Side of the square that every image is resized to, pixels."""
    normalization: NormalizationName = "data"
    """What the graph does to the colours: `data` (zero mean and unit variance over the train split), `imagenet`,
    `symmetric` (-1..1), `unit` (0..1) or `levels` (0..255). A model whose weights are known to want something else
    converts it in its first layer; for a file of weights that does not say, choose here what it was trained with."""


class ModelsConfig(_Section):
    """The model of each framework, where it is not `train.model`."""

    keras: str | None = None
    """A built-in name, `keras_applications:NAME`, or `path/or.module:function` that returns a keras.Model."""
    pytorch: str | None = None
    """A built-in name, `torchvision:NAME`, `timm:NAME`, or `path/or.module:function` that returns a torch.nn.Module."""


class WeightsConfig(_Section):
    """What the model of each framework starts from, where it is not `train.weights`."""

    keras: str | None = None
    """A value of `train.weights` for Keras."""
    pytorch: str | None = None
    """A value of `train.weights` for PyTorch."""

    @field_validator("keras", "pytorch")
    @classmethod
    def _are_weights_sources(cls, source: str | None) -> str | None:
        return source if source is None else check_weights_setting(source)


class WaysConfig(_Section):
    """The way of training of each framework, where it is not `train.way`."""

    keras: TrainingWay | None = None
    """`loop` or `keras_fit`."""
    pytorch: TrainingWay | None = None
    """`loop`, `lightning` or `fastai`."""


class EvaluationConfig(_Section):
    """The gates of a candidate."""

    min_accuracy: float = Field(default=0.9, ge=0, le=1)
    """Accuracy on the test split below which nothing is blessed, 0 to 1."""
    max_accuracy_drop: float = Field(default=0.0, ge=0, le=1)
    """How far below the pushed model's accuracy, on the same images, a candidate may lie, 0 to 1."""


class ParityConfig(_Section):
    """The proof that the exports equal the trained model."""

    max_probability_difference: float = Field(default=1e-4, gt=0, le=1)
    """Largest difference of any probability between the trained model and an export."""
    images: int = Field(default=128, ge=64)
    """Real images that the proof runs on."""


class PipelineConfig(_Section):
    """Everything a run depends on beside the code and the images."""

    root: Path = Path("runs")
    """Folder of artifacts, metadata, logs and reports."""
    push_dir: Path | None = None
    """Folder that models are pushed to; by default `models` in the root."""
    model_name: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")
    """Name under which the model is pushed; by default that of the data."""
    frameworks: tuple[Framework, ...] = FRAMEWORKS
    """Frameworks to train."""
    data: DataConfig = DataConfig()
    image: ImageConfig = ImageConfig()
    train: TrainConfig = TrainConfig()
    tune: TuneConfig = TuneConfig()
    models: ModelsConfig = ModelsConfig()
    weights: WeightsConfig = WeightsConfig()
    ways: WaysConfig = WaysConfig()
    module: ModuleConfig = ModuleConfig()
    evaluation: EvaluationConfig = EvaluationConfig()
    parity: ParityConfig = ParityConfig()
    beam: BeamConfig = BeamConfig()
    kubeflow: KubeflowConfig = KubeflowConfig()
    recurring: RecurringConfig = RecurringConfig()
    local: LocalConfig = LocalConfig()
    drift: DriftConfig = DriftConfig()
    retrain: RetrainConfig = RetrainConfig()

    @field_validator("frameworks")
    @classmethod
    def _name_each_framework_once(cls, frameworks: tuple[Framework, ...]) -> tuple[Framework, ...]:
        if not frameworks or len(set(frameworks)) < len(frameworks):
            raise ValueError("name at least one framework and none twice")
        return tuple(name for name in FRAMEWORKS if name in frameworks)

    def train_of(self, framework: Framework) -> TrainConfig:
        """Return the training configuration of one framework, its own model, weights and way of training put in."""
        own = {
            "model": getattr(self.models, framework),
            "weights": getattr(self.weights, framework),
            "way": getattr(self.ways, framework),
        }
        return self.train.model_copy(update={name: value for name, value in own.items() if value is not None})

    @property
    def pushed_name(self) -> str:
        """Name under which the model is pushed; by default that of the data, of a pattern the folder of its spans."""
        name = Path(base_of(self.data.path)).name
        # Records may be one file, whose suffix says nothing of the model.
        return self.model_name or _name_from_path(name.partition(".")[0] if self.module.source else name)

    @property
    def pipeline_name(self) -> str:
        """Name of the TFX pipeline in ML Metadata."""
        return f"tandem-{self.pushed_name}"

    @property
    def models_folder(self) -> Path:
        """Absolute path of the push folder."""
        return (self.push_dir or self.root / "models").absolute()


def _name_from_path(path: str) -> str:
    """Return a folder's name in the characters that every runner and server allows."""
    allowed = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in Path(path).name.lower())
    return allowed.strip("-")[:63] or "images"
