"""The fields of a pod's settings, as kfp-kubernetes' `KubernetesExecutorConfig` defines them in JSON.

That message is in a package of its own which needs another protobuf, so what we write is described here.
"""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Constant(_Strict):
    constant: str


class _Source(_Strict):
    """A value that is known, or that the run brings."""

    runtimeValue: _Constant | None = None
    componentInputParameter: str | None = None


class _PvcMount(_Strict):
    mountPath: str = Field(pattern="^/")
    pvcNameParameter: _Source
    subPath: str = ""


class _KeyToEnv(_Strict):
    secretKey: str = Field(min_length=1)
    envVar: str = Field(min_length=1)


class _SecretAsEnv(_Strict):
    secretNameParameter: _Source
    keyToEnv: list[_KeyToEnv] = Field(min_length=1)
    optional: bool = False


class _NodeSelector(_Strict):
    labels: dict[str, str] = {}
    nodeSelectorJson: _Source | None = None


class _PodSettings(_Strict):
    """Those that Tandem writes are described in full, others by name."""

    pvcMount: list[_PvcMount] = []
    secretAsEnv: list[_SecretAsEnv] = []
    nodeSelector: _NodeSelector | None = None
    secretAsVolume: Any = None
    podMetadata: Any = None
    imagePullSecret: Any = None
    imagePullPolicy: Any = None
    configMapAsVolume: Any = None
    configMapAsEnv: Any = None
    activeDeadlineSeconds: Any = None
    fieldPathAsEnv: Any = None
    tolerations: Any = None
    genericEphemeralVolume: Any = None
    nodeAffinity: Any = None
    podAffinity: Any = None
    enabledSharedMemory: Any = None
    emptyDirMounts: Any = None
    securityContext: Any = None
    initContainers: Any = None
    podResourceClaims: Any = None


def unknown_settings(settings: dict[str, Any]) -> Iterator[str]:
    """Yield a sentence for each setting that KFP does not know or would not understand."""
    try:
        _PodSettings.model_validate(settings)
    except ValidationError as error:
        for problem in error.errors():
            place = ".".join(map(str, problem["loc"]))
            yield f"{place}: {problem['msg'][:1].lower()}{problem['msg'][1:]}, got {problem['input']!r}"
