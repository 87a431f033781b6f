"""Settings of runs on Kubeflow Pipelines: image, resources, volumes, retries."""

from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.kubeflow.names import (
    AcceleratorName,
    ContainerImage,
    CpuQuantity,
    EnvironmentName,
    LabelKey,
    LabelValue,
    MemoryQuantity,
    ObjectName,
    RootUri,
    SecretKey,
)
from pipeline.kubeflow.step_kinds import setting_of, unknown_addresses


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True)


class Resources(_Section):
    """What a step's pod asks for; requests equal limits, so that a pod gets what it was scheduled for."""

    cpu: CpuQuantity = "1"
    """Cores, as Kubernetes writes them: `2`, `0.5`, `500m`."""
    memory: MemoryQuantity = "4Gi"
    """Memory, as Kubernetes writes it: `4Gi`, `512Mi`, `8G`."""
    accelerator: AcceleratorName | None = None
    """Resource name of an accelerator, e.g. `nvidia.com/gpu`."""
    accelerator_count: int = Field(default=0, ge=0, le=64)
    """How many of them."""

    @model_validator(mode="after")
    def _name_and_count_go_together(self) -> "Resources":
        if (self.accelerator is None) != (self.accelerator_count == 0):
            raise ValueError(
                f"accelerator {self.accelerator!r} and accelerator_count {self.accelerator_count} do not fit: give both"
                " or neither"
            )
        return self


class Retries(_Section):
    """How often a failed pod is started again, for nodes that go away; a gate that refused is not tried again."""

    max_count: int = Field(default=1, ge=0, le=100)
    """Retries after the first attempt."""
    wait_seconds: int = Field(default=30, ge=0, le=3600)
    """Time before the first retry, s."""
    wait_factor: float = Field(default=2.0, ge=1, le=10)
    """How much longer each further wait is."""
    max_wait_seconds: int = Field(default=600, ge=0, le=86_400)
    """Longest wait, s."""


class Volume(_Section):
    """A persistent volume claim and where steps see it."""

    claim: ObjectName
    """Name of the PersistentVolumeClaim, in the namespace of the run."""
    mount_path: str = Field(pattern=r"^/[A-Za-z0-9._/-]+$")
    """Absolute path in the pods."""

    @field_validator("mount_path")
    @classmethod
    def _is_a_plain_path(cls, path: str) -> str:
        if ".." in PurePosixPath(path).parts or path.split("/")[1] in ("gcs", "minio", "s3"):
            raise ValueError(
                f"mount_path {path!r} must not contain '..' nor lie in /gcs, /minio or /s3, which KFP owns"
            )
        return path.rstrip("/")

    def holds(self, path: str) -> bool:
        """Return whether a path of a pod is on this volume."""
        return PurePosixPath(path).is_relative_to(self.mount_path)


class SecretVariable(_Section):
    """An environment variable whose value is in a Kubernetes Secret; only names are written down."""

    variable: EnvironmentName
    """Name of the environment variable."""
    secret: ObjectName
    """Name of the Secret."""
    key: SecretKey
    """Key in it."""


class KubeflowConfig(_Section):
    """Runs on Kubeflow Pipelines. Steps are named by id (`Trainer_pytorch`) or kind (`Trainer`)."""

    image: ContainerImage = "tandem:0.1.0"
    """Image with this code and its packages, with a tag other than `latest` or a digest."""
    images: dict[str, ContainerImage] = {}
    """Step to image, for steps that need another one."""
    namespace: ObjectName | None = None
    """Namespace of the runs; needed where Kubeflow has several users."""
    experiment: str = Field(default="tandem", pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,127}$")
    """Experiment that runs are listed in."""
    service_account: ObjectName | None = None
    """Service account of the pods; by default the installation's own."""
    pipeline_root: RootUri | None = None
    """Where artifacts are kept, `gs://`, `minio://` or `s3://`; by default the installation's own."""
    resources: Resources = Resources()
    """What a step asks for where `step_resources` does not say otherwise."""
    step_resources: dict[str, Resources] = {"Trainer": Resources(cpu="2", memory="8Gi")}
    """Step to what it asks for."""
    node_selector: dict[LabelKey, LabelValue] = {}
    """Labels that the nodes of all steps must have."""
    step_node_selectors: dict[str, dict[LabelKey, LabelValue]] = {}
    """Step to the labels that its nodes must have, instead of `node_selector`."""
    secrets: tuple[SecretVariable, ...] = ()
    """Environment variables of all steps that come from Secrets."""
    push_volume: Volume | None = Volume(claim="tandem-models", mount_path="/models")
    """Volume that `push_dir` lies on; pods are gone after a run, and with them what is pushed elsewhere."""
    data_volume: Volume | None = None
    """Volume that `data.path` lies on."""
    retries: Retries = Retries()
    caching: bool = True
    """Whether KFP may reuse earlier results; never those of ImageExampleGen, Baseline, Pusher and Verdict."""
    fail_when_not_blessed: bool = True
    """Whether a run that blesses nothing ends as failed; KFP has no other sign that is seen from outside."""
    num_classes: int | None = Field(default=None, ge=2)
    """Number of classes, for compiling where the data is not mounted."""
    poll_interval_seconds: float = Field(default=5.0, ge=0.01, le=600)
    """Time between two looks at a submitted run, s."""

    @model_validator(mode="after")
    def _fit_together(self) -> "KubeflowConfig":
        problems = []
        for name in ("images", "step_resources", "step_node_selectors"):
            problems += [f"kubeflow.{name}: {problem}" for problem in unknown_addresses(getattr(self, name))]
        variables = [secret.variable for secret in self.secrets]
        problems += [
            f"kubeflow.secrets: {name} is set twice" for name in sorted(set(variables)) if variables.count(name) > 1
        ]
        push, data = self.push_volume, self.data_volume
        if push and data and push.mount_path == data.mount_path and push.claim != data.claim:
            problems.append(f"kubeflow: {push.claim} and {data.claim} cannot both be mounted at {push.mount_path}")
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def image_of(self, step_id: str) -> str:
        """Return the image of a step."""
        return setting_of(step_id, self.images, self.image)

    def resources_of(self, step_id: str) -> Resources:
        """Return what a step asks for."""
        return setting_of(step_id, self.step_resources, self.resources)

    def node_selector_of(self, step_id: str) -> dict[str, str]:
        """Return the labels that a step's node must have."""
        return setting_of(step_id, self.step_node_selectors, self.node_selector)
