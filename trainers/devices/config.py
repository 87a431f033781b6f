"""The devices of a training; the same settings in both frameworks."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from trainers.did_you_mean import did_you_mean

DeviceKind = Literal["auto", "cpu", "gpu", "tpu"]
"""A GPU where there is one and else the CPU, the CPU, a GPU, or a TPU."""

_MAX_REPLICAS = 1024


class DevicesConfig(BaseModel):
    """What computes, and how many copies of the model share every batch."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: DeviceKind = "auto"
    """`auto`: a GPU where there is one, else the CPU. `cpu`, `gpu`, or `tpu` (Keras, never tried). Default `auto`."""
    replicas: int | Literal["all"] = 1
    """Copies of the model, 1 to 1024: one for each GPU, or for each process where PyTorch trains on the CPU. `all`: one
    for every GPU. Default 1.

    `batch_size_examples` stays the batch of a step, of which each copy takes its part. A TPU always has all its cores.
    """
    sync_batch_norm: bool = False
    """Let batch normalisation see the whole batch of all replicas, at the cost of waiting for each other in every such
    layer; by default each sees its own part. With PyTorch on GPUs only. Default false."""

    @property
    def may_be_several(self) -> bool:
        """Whether more than one replica may train."""
        return self.replicas != 1 or self.kind == "tpu"

    @field_validator("replicas", mode="before")
    @classmethod
    def _are_a_number_or_all(cls, replicas: object) -> object:
        # A check of the whole, since pydantic would complain of the number and of the word.
        if replicas == "all" or (type(replicas) is int and 1 <= replicas <= _MAX_REPLICAS):
            return replicas
        hint = did_you_mean(replicas, ("all",)) if isinstance(replicas, str) else ""
        raise ValueError(f"must be a whole number from 1 to {_MAX_REPLICAS}, or 'all', and is {replicas!r}.{hint}")

    def num_replicas(self, devices: int) -> int:
        """Return how many replicas are asked for on a machine with so many devices of the kind, at least 1."""
        return max(1, devices) if self.replicas == "all" else self.replicas

    @model_validator(mode="after")
    def _count_what_can_be_counted(self) -> "DevicesConfig":
        if self.kind == "tpu" and self.replicas not in {1, "all"}:
            raise ValueError("devices.replicas must be left out with devices.kind 'tpu', which has all cores of it")
        if self.kind == "cpu" and self.replicas == "all":
            raise ValueError("devices.replicas 'all' means every GPU; with devices.kind 'cpu' give a number")
        return self
