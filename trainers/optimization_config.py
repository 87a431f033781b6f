"""How the weights are fitted beyond optimiser and learning rate; the same switches in both frameworks."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from trainers.balanced_sampling import Sampling

Precision = Literal["float32", "bfloat16", "float16"]
"""What training computes in. Weights, evaluation and exports are float32 whatever it is."""
ChannelsLast = Literal["auto", "always", "never"]
"""Whether PyTorch keeps images in memory as [N, H, W, C]."""

_StrictInt = Annotated[int, Field(strict=True)]


class OptimizationConfig(BaseModel):
    """Switches of the optimisation, all off by default."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    label_smoothing: float = Field(default=0.0, ge=0, lt=1)
    """Share of each label that is spread evenly over all classes in the training loss, 0 to below 1. Default 0.

    Szegedy et al., Rethinking the Inception Architecture, 2016; 0.1 there. The evaluation loss is not smoothed.
    """
    sampling: Sampling = "shuffled"
    """`shuffled`: every training example once an epoch; `balanced`: every class as often. Default `shuffled`."""
    clip_global_norm: float = Field(default=0.0, ge=0)
    """Largest length of all gradients together; longer ones are shortened to it. 0 is no limit. Default 0.

    Pascanu et al., On the difficulty of training recurrent neural networks, 2013.
    """
    clip_value: float = Field(default=0.0, ge=0)
    """Largest size of any single number of a gradient, applied after `clip_global_norm`; 0 is no limit. Default 0."""
    micro_batches: _StrictInt = Field(default=1, ge=1, le=65_536)
    """Parts that a batch is computed in, one after the other, to need less memory. Default 1.

    The gradients are added up before the one step of the optimiser, so `batch_size_examples` keeps its meaning; a model
    without batch normalisation learns the same.
    """
    ema_decay: float = Field(default=0.0, ge=0, lt=1)
    """Decay per step of an exponential moving average of the weights, 0 to below 1; 0 keeps none. Default 0.

    The average is what is evaluated and exported instead of the raw weights; 0.999 is usual (after Polyak and Juditsky,
    1992). It lags by about 1 / (1 - decay) steps. Batch normalisation's statistics, averages already, are taken as is.
    """
    plateau_patience_epochs: _StrictInt = Field(default=3, ge=1)
    """With `reduce_on_plateau`: epochs in a row without a lower evaluation loss before the rate falls. Default 3."""
    plateau_factor: float = Field(default=0.1, gt=0, lt=1)
    """With `reduce_on_plateau`: what the learning rate is multiplied by then, above 0 to below 1. Default 0.1."""
    plateau_min_delta: float = Field(default=1e-4, ge=0)
    """With `reduce_on_plateau`: by how much the loss must fall to count as lower. Default 0.0001."""
    precision: Precision = "float32"
    """`float32`, `bfloat16`, or `float16` with dynamic loss scaling, which needs a GPU. Default `float32`.

    Micikevicius et al., Mixed Precision Training, 2018. Weights, evaluation and exports stay float32.
    """
    channels_last: ChannelsLast = "auto"
    """PyTorch's layout of images: `always`, `never`, or `auto`: not for a user's model. Default `auto`.

    TensorFlow's images are always channels-last.
    """
    compile: bool = False
    """Compile the training step: `torch.compile` or XLA. Costs seconds to minutes at the start. Default false."""
