"""Settings of the pod that retrains, whether a CronJob starts it or a Deployment keeps it."""

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.kubeflow.config import Resources, SecretVariable, Volume
from pipeline.kubeflow.names import ContainerImage, CpuQuantity, LabelKey, LabelValue, MemoryQuantity, ObjectName

_TAKEN = ("/app", "/etc/tandem", "/opt", "/opt/venv", "/tmp")  # noqa: S108  a path of the pod
"""Where the image has its code and packages, and the pod its settings and scratch."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True)


class SecretFolder(_Section):
    """A Kubernetes Secret whose keys are files of a folder, for settings that name a file with a secret."""

    secret: ObjectName
    """Name of the Secret."""
    mount_path: str = Field(pattern=r"^/[A-Za-z0-9._/-]+$")
    """Absolute path of the folder in the pod."""


class PodResources(Resources):
    """What the pod asks for; requests equal limits. All steps of a run share it."""

    cpu: CpuQuantity = "2"
    """Cores, as Kubernetes writes them: `2`, `0.5`, `500m`."""
    memory: MemoryQuantity = "8Gi"
    """Memory, as Kubernetes writes it: `4Gi`, `512Mi`, `8G`."""


class PodConfig(_Section):
    """The pod that retrains. Every path in a configuration for it is a path that the pod sees."""

    image: ContainerImage = "tandem-pipeline:0.1.0"
    """Image of `docker/pipeline.Dockerfile`, with a tag other than `latest` or a digest."""
    image_pull_secrets: tuple[ObjectName, ...] = ()
    """Secrets for a registry that asks for a password."""
    namespace: ObjectName | None = None
    """Namespace; by default the one that the manifest is applied to."""
    service_account: ObjectName | None = None
    """Service account, for object stores that trust it; the pod gets no token for Kubernetes itself."""
    root_volume: Volume = Volume(claim="tandem-runs", mount_path="/app/runs")
    """Volume that `root` lies on: artifacts, metadata, state of the retraining."""
    push_volume: Volume | None = None
    """Volume that `push_dir` lies on, where that is not in the root."""
    data_volume: Volume | None = None
    """Volume that `data.path` lies on, mounted for reading."""
    resources: PodResources = PodResources()
    """What the pod asks for and is held to."""
    scratch_size: MemoryQuantity = "10Gi"
    """Most that `/tmp` may hold, on the node's disk."""
    node_selector: dict[LabelKey, LabelValue] = {}
    """Labels that the node must have."""
    secret_variables: tuple[SecretVariable, ...] = ()
    """Environment variables that come from Secrets."""
    secret_folders: tuple[SecretFolder, ...] = ()
    """Folders of files that come from Secrets."""
    stop_seconds: int = Field(default=120, ge=10, le=3600)
    """Time between the request to stop and the end by force, s."""
    starting_deadline_seconds: int = Field(default=3600, ge=10, le=86_400)
    """How late a CronJob may still start a missed run, s; later ones are left to the next time."""
    max_run_seconds: int = Field(default=86_400, ge=60)
    """Time after which a CronJob ends a run, s."""
    restarts_after_kill: int = Field(default=1, ge=0, le=10)
    """How often a CronJob starts a pod again that was killed from outside, as for memory; it goes on where it was."""
    kept_successful_jobs: int = Field(default=3, ge=0, le=100)
    """Jobs that ended well and are kept to be looked at."""
    kept_failed_jobs: int = Field(default=5, ge=0, le=100)
    """Jobs that did not and are kept to be looked at."""

    @model_validator(mode="after")
    def _fit_together(self) -> "PodConfig":
        paths = [volume.mount_path for volume in self.volumes()]
        paths += [folder.mount_path.rstrip("/") for folder in self.secret_folders]
        problems = [f"{path} is mounted twice" for path in sorted(set(paths)) if paths.count(path) > 1]
        problems += [
            f"{path} cannot be mounted over; the image or the pod needs it" for path in paths if path in _TAKEN
        ]
        variables = [secret.variable for secret in self.secret_variables]
        problems += [f"{name} is set twice" for name in sorted(set(variables)) if variables.count(name) > 1]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def volumes(self) -> tuple[Volume, ...]:
        """Return the persistent volumes that the pod mounts."""
        return tuple(volume for volume in (self.root_volume, self.push_volume, self.data_volume) if volume)
