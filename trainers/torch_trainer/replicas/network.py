"""The forward pass of a model, compiled on request, and what its replicas exchange after each step."""

import contextlib

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

Statistics = list[torch.Tensor]


class Network:
    """Calls a model; with several replicas the backward pass leaves the mean of all their gradients in each."""

    def __init__(self, model: nn.Module, *, replicas: int, compiled: bool) -> None:
        """Take a model on its device; `follow_frozen_parameters` must be called before it is used.

        Args:
            model: From pixels to logits.
            replicas: Members of this process's group.
            compiled: Whether torch.compile translates it.
        """
        self._model = model
        self._replicas = replicas
        # One program for all batch sizes from the start: by default the sizes that came before decide what is compiled,
        # and a resumed run, which sees them in another order, would round differently.
        self._forward: nn.Module = torch.compile(model, dynamic=True) if compiled else model
        self._exchanging: DistributedDataParallel | None = None
        self._trained: list[bool] = []

    def __call__(self, pixels_BCHW: torch.Tensor) -> object:
        """Return what the model answers in training."""
        return (self._exchanging or self._forward)(pixels_BCHW)

    def follow_frozen_parameters(self) -> None:
        """Exchange the gradients of what is trained from now on; all replicas must do so at the same time.

        The first time, every replica takes over the weights of the leading one.
        """
        trained = [parameter.requires_grad for parameter in self._model.parameters()]
        if self._replicas == 1 or trained == self._trained:
            return
        self._exchanging = None  # two of them would both answer to the same gradients
        self._trained = trained
        # A parameter that a step leaves out, as some models do, must not keep the others waiting.
        self._exchanging = DistributedDataParallel(self._forward, find_unused_parameters=True)

    def keeping_gradients(self) -> contextlib.AbstractContextManager[None]:
        """Return a context in which gradients are added up here and not exchanged yet."""
        return contextlib.nullcontext() if self._exchanging is None else self._exchanging.no_sync()

    @torch.no_grad()
    def average_statistics(self) -> None:
        """Give every replica the mean of all their running statistics of batch normalisation."""
        statistics = self._running_statistics() if self._replicas > 1 else []
        if not statistics:
            return
        flat = torch.cat([each.flatten() for each in statistics])
        distributed.all_reduce(flat)
        flat /= self._replicas
        for each, mean in zip(statistics, flat.split([each.numel() for each in statistics]), strict=True):
            each.copy_(mean.view_as(each))

    def _running_statistics(self) -> Statistics:
        """Return those that the last step may have changed; synchronised layers have the same everywhere."""
        return [
            statistic
            for layer in self._model.modules()
            if isinstance(layer, nn.modules.batchnorm._BatchNorm) and not isinstance(layer, nn.SyncBatchNorm)
            if layer.training and layer.running_mean is not None and layer.running_var is not None
            for statistic in (layer.running_mean, layer.running_var)
        ]
