"""What Kubernetes and Kubeflow Pipelines accept as a name, a quantity or an address."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

STORAGE_SCHEMES = ("gs", "minio", "s3")
"""Where Kubeflow Pipelines can keep what steps produce."""
PIPELINE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,127}")

_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
_TAG = re.compile(r":([A-Za-z0-9_][A-Za-z0-9._-]{0,127})$")
_REPOSITORY = re.compile(r"[a-z0-9][a-z0-9.:_/-]*")
_QUALIFIED = r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"


def image_problem(image: str) -> str | None:
    """Return what is wrong with an image reference, or None; without a tag or digest it may change between steps."""
    digest, tag = _DIGEST.search(image), _TAG.search(image)
    found = digest or tag
    repository = image[: found.start()] if found else image
    if not _REPOSITORY.fullmatch(_TAG.sub("", repository) if digest else repository):
        return f"image {image!r} is no image reference; write it as registry/name:tag or registry/name@sha256:digest"
    if found is None:
        return (
            f"image {image!r} has neither tag nor digest, so steps of one run could differ; add :tag or @sha256:digest"
        )
    if tag and not digest and tag[1] == "latest":
        return (
            f"image {image!r} has the moving tag 'latest', so steps of one run could differ; name a version or digest"
        )
    return None


def root_problem(uri: str) -> str | None:
    """Return what is wrong with a pipeline root, or None."""
    scheme, separator, rest = uri.partition("://")
    if not separator or scheme not in STORAGE_SCHEMES or not rest.strip("/"):
        allowed = ", ".join(f"{name}://" for name in STORAGE_SCHEMES)
        return f"pipeline root {uri!r} cannot be used: Kubeflow Pipelines stores in {allowed} with a bucket name only"
    return None


def _image(image: str) -> str:
    problem = image_problem(image)
    if problem:
        raise ValueError(problem)
    return image


def _root(uri: str) -> str:
    problem = root_problem(uri)
    if problem:
        raise ValueError(problem)
    return uri.rstrip("/")


ContainerImage = Annotated[str, AfterValidator(_image)]
RootUri = Annotated[str, AfterValidator(_root)]
ObjectName = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]
"""Name of a Kubernetes object."""
SecretKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,253}$")]
EnvironmentName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
CpuQuantity = Annotated[str, Field(pattern=r"^([1-9][0-9]*m|[1-9][0-9]*(\.[0-9]+)?|0\.[0-9]*[1-9][0-9]*)$")]
"""Cores above zero, in whole, decimal or thousandths with an `m`."""
MemoryQuantity = Annotated[str, Field(pattern=r"^[1-9][0-9]*(\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T)$")]
"""Memory with a unit; plain bytes are refused since `4` for 4 GiB would be a pod with 4 bytes."""
AcceleratorName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*/[A-Za-z0-9][A-Za-z0-9._-]*$")]
LabelKey = Annotated[str, Field(pattern=f"^{_QUALIFIED}$")]
LabelValue = Annotated[str, Field(pattern=r"^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$")]
