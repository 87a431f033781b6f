"""How a model is trained; the same settings mean the same thing in both frameworks."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from trainers.augmentation.config import AugmentationConfig
from trainers.class_weights import ClassWeighting
from trainers.devices.config import DevicesConfig
from trainers.did_you_mean import did_you_mean
from trainers.errors import ModelSourceError, WeightsError
from trainers.further_exports.formats import ExportFormat
from trainers.models.source import parse_model_source
from trainers.optimization_config import OptimizationConfig
from trainers.recipes.config import RecipeConfig
from trainers.ways.config import WAYS, FastaiConfig, LightningConfig, TrainingWay
from trainers.weights.source import parse_weights_source

OptimizerName = Literal["adam", "adamw", "sgd"]
"""Adam with L2 decay, Adam with decoupled decay, or stochastic gradient descent with momentum 0.9."""
LearningRateSchedule = Literal["constant", "cosine", "one_cycle", "reduce_on_plateau"]
"""What the learning rate does over the run."""

SPEED_SETTINGS = frozenset({"cache_limit_mib", "disk_cache_limit_mib", "checkpoint_interval_seconds"})
"""Settings that change speed, memory or safety but no result."""

StrictInt = Annotated[int, Field(strict=True)]


class TrainConfig(BaseModel):
    """Settings of one training run."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    model: str = "cnn"
    """`cnn`, `resnet`, `keras_applications:NAME` (Keras only), `torchvision:NAME` or `timm:NAME` (PyTorch only), or
    `path/or.module:function`. Default `cnn`."""
    weights: str = "none"
    """What the model starts from: `none` (random), a file (`.weights.h5`, `.keras`, `.pt`, `.pth`, `.safetensors`),
    `imagenet` or another name of the model's library, `pushed` (the newest pushed version that the same framework
    trained), `pushed:VERSION`, or `pushed_or_none`, which is `pushed` from the first push on. Default `none`."""
    recipe: RecipeConfig = RecipeConfig()
    """Which weights are trained, from when on and how fast. Default: all of them, from the start."""
    epochs: StrictInt = Field(default=8, ge=1, le=10_000)
    """Passes over the training examples, at most; early stopping may end sooner. Default 8."""
    batch_size_examples: StrictInt = Field(default=64, ge=1, le=65_536)
    """Examples per training step, evaluation and prediction alike. Default 64."""
    optimizer: OptimizerName = "adamw"
    """`adam`, `adamw` or `sgd` (momentum 0.9). Default `adamw`."""
    learning_rate: float = Field(default=3e-3, gt=0, le=10)
    """Peak learning rate, reached after warm-up. Default 0.003."""
    learning_rate_schedule: LearningRateSchedule = "cosine"
    """`constant`, `cosine`, `one_cycle` or `reduce_on_plateau`. Default `cosine`.

    `cosine` is half a cosine down towards 0 (Loshchilov and Hutter, SGDR, 2017). `one_cycle` rises from a 25th of the
    peak and falls to a 250,000th, both along half a cosine (Smith and Topin, Super-Convergence, 2018); momentum stays
    as it is. `reduce_on_plateau` falls when the evaluation loss stops falling; see `optimization.plateau_*`.
    """
    warmup_fraction: float = Field(default=0.1, ge=0, lt=1)
    """Share of all steps in which the learning rate rises, 0 to below 1. Default 0.1.

    In a straight line from near 0; with `one_cycle` along its cosine, for which 0.3 is usual.
    """
    weight_decay: float = Field(default=0.05, ge=0, le=1)
    """How much weights shrink: decoupled with `adamw`, L2 with `adam` and `sgd`; 0 is none. Default 0.05."""
    class_weights: ClassWeighting = "none"
    """`none`, or `balanced`: rare classes count as much in the training loss as common ones. Default `none`."""
    augmentation: AugmentationConfig = AugmentationConfig()
    """How training images are distorted. Default: not at all."""
    early_stopping_patience_epochs: StrictInt = Field(default=0, ge=0)
    """Stop after this many epochs in a row without a better evaluation accuracy; 0 never stops early. Default 0."""
    early_stopping_min_delta: float = Field(default=0.0, ge=0, le=1)
    """By how much evaluation accuracy must rise for early stopping to wait on, 0 to 1. Default 0.

    With 0 a lower loss at the same accuracy counts too. The best epoch is chosen without regard to it.
    """
    optimization: OptimizationConfig = OptimizationConfig()
    """Label smoothing, sampling, clipping, averaging, precision and the like. Default: all off."""
    devices: DevicesConfig = DevicesConfig()
    """What trains: the CPU, a GPU, or several that share every batch. Default: one, a GPU where there is one."""
    seed: StrictInt = Field(default=0, ge=0, lt=2**31)
    """Seed of the initial weights, of the order of examples and of dropout. Default 0."""
    cache_limit_mib: StrictInt = Field(default=1024, ge=0)
    """Images that may be held in memory, MiB; what does not fit goes to the run's work folder. Default 1024."""
    disk_cache_limit_mib: StrictInt = Field(default=20_480, ge=0)
    """Decoded images that may lie in the work folder, MiB; above it they are decoded anew each epoch. Default 20480.

    Encoded images that do not fit in memory lie there in any case.
    """
    checkpoint_interval_seconds: float = Field(default=30.0, ge=0, le=86_400)
    """Time between checkpoints, s: what a killed run loses at most. 0: one after every step. Default 30.

    Where writing one takes more than 2 % of that, the time between them is longer, so that it never costs more.
    """

    exports: tuple[ExportFormat, ...] = ()
    """Further files of the bundle: `keras` (Keras), `pt2` (PyTorch), `tflite` (both). Default: none."""
    way: TrainingWay = "loop"
    """Who drives the training: `loop`, `keras_fit` (Keras), `lightning` or `fastai` (PyTorch). Default `loop`."""
    lightning: LightningConfig = LightningConfig()
    """What only the way `lightning` has. Default: no further arguments."""
    fastai: FastaiConfig = FastaiConfig()
    """What only the way `fastai` has. Default: no `lr_find`."""

    @field_validator("way", mode="before")
    @classmethod
    def _is_a_way(cls, way: object) -> object:
        if isinstance(way, str) and way not in WAYS:
            raise ValueError(f"{way!r} is no way of training; ways are {', '.join(WAYS)}.{did_you_mean(way, WAYS)}")
        return way

    @field_validator("model")
    @classmethod
    def _is_a_model_source(cls, source: str) -> str:
        try:
            parse_model_source(source)
        except ModelSourceError as error:
            raise ValueError(str(error)) from error
        return source

    @field_validator("weights")
    @classmethod
    def _is_a_weights_source(cls, source: str) -> str:
        return check_weights_setting(source)

    @model_validator(mode="after")
    def _balance_classes_once(self) -> "TrainConfig":
        if self.class_weights == "balanced" and self.optimization.sampling == "balanced":
            raise ValueError(
                "class_weights and optimization.sampling are both 'balanced', which corrects rare classes twice; "
                "balance one of them"
            )
        return self

    @model_validator(mode="after")
    def _reach_the_body(self) -> "TrainConfig":
        if self.recipe.name == "fine_tune" and self.recipe.head_epochs >= self.epochs:
            raise ValueError(
                f"recipe.head_epochs must be below epochs, or fine_tune never trains the body: it is "
                f"{self.recipe.head_epochs} of {self.epochs} epochs"
            )
        return self

    @model_validator(mode="after")
    def _give_every_replica_an_example(self) -> "TrainConfig":
        if self.devices.num_replicas(1) > self.batch_size_examples:
            raise ValueError(
                f"devices.replicas must be at most batch_size_examples, or some would have nothing to do: it is "
                f"{self.devices.replicas} for batches of {self.batch_size_examples}"
            )
        return self


def check_weights_setting(source: str) -> str:
    """Return a `weights` setting that has one of the known forms.

    Raises:
        ValueError: It has none of them.
    """
    try:
        parse_weights_source(source)
    except WeightsError as error:
        raise ValueError(str(error)) from error
    return source
