"""Object-store addresses and the folders where KFP's launcher puts their files before a step and looks for them after.

TFX knows no `minio://` and would need credentials for `s3://`; inside a step it only sees the folders.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

POD_ROOT_VARIABLE = "TANDEM_POD_ROOT"
"""Environment variable with a folder that stands for `/` of a pod; the emulator sets it, clusters never do."""
_FOLDERS = {"gs://": "/gcs/", "minio://": "/minio/", "s3://": "/s3/"}


@dataclass(frozen=True)
class StoragePaths:
    """The two names of each file.

    Attributes:
        pod_root: Folder that stands for `/` of the pod, without a slash at its end; empty in a real one.
    """

    pod_root: str = ""

    @classmethod
    def from_environment(cls) -> "StoragePaths":
        """Return the paths of the pod that this process runs in."""
        return cls(os.environ.get(POD_ROOT_VARIABLE, "").rstrip("/"))

    def to_folder(self, text: str) -> str:
        """Return the local path of an address; any other text stays as it is."""
        for scheme, folder in _FOLDERS.items():
            if text.startswith(scheme):
                return f"{self.pod_root}{folder}{text.removeprefix(scheme)}"
        return text

    def to_address(self, text: str) -> str:
        """Return the address of a local path in the launcher's folders; any other text stays as it is."""
        for scheme, folder in _FOLDERS.items():
            prefix = f"{self.pod_root}{folder}"
            if text.startswith(prefix):
                return f"{scheme}{text.removeprefix(prefix)}"
        return text


def map_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Return JSON with every text in it changed; keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [map_texts(item, change) for item in value]
    if isinstance(value, dict):
        return {key: map_texts(item, change) for key, item in value.items()}
    return value
