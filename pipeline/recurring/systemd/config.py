"""Settings of the units for systemd."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

AbsolutePath = Annotated[str, StringConstraints(pattern=r"^/[^\x00-\x1f\"'\\]*$")]
"""A path of the machine that the units are for; quotes, backslashes and line ends have a meaning in unit files."""
AccountName = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_-]{0,30}$")]
CredentialName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]


class SystemdConfig(BaseModel):
    """The units. Every path in a configuration for them is a path of the machine that they are for."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True)

    user: AccountName = "tandem"
    """Account that retrains; it owns the root and the push folder."""
    python: AbsolutePath = "/opt/tandem/.venv/bin/python"
    """Interpreter with Tandem's packages."""
    working_directory: AbsolutePath = "/opt/tandem"
    """Folder that holds Tandem's code, and from which relative paths count."""
    config_folder: AbsolutePath = "/etc/tandem"
    """Folder that the configuration is put into."""
    credentials: dict[CredentialName, AbsolutePath] = {}
    """Name to a file that only root can read; the run finds it as /run/credentials/UNIT/NAME."""
    environment_file: AbsolutePath | None = None
    """File of variables with secrets that only root can read."""
    gpu: bool = False
    """Whether the devices of the machine stay visible, as GPUs need."""
    memory_max: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*[KMGT]$")] | None = None
    """Memory above which the kernel ends the run, as systemd writes it: `8G`, powers of 1024."""
    randomized_delay_seconds: int = Field(default=0, ge=0, le=86_400)
    """Most that the timer waits beyond the time, for many machines with one schedule, s."""
    stop_seconds: int = Field(default=120, ge=10, le=3600)
    """Time between the request to stop and the end by force, s."""
    max_run_seconds: int = Field(default=86_400, ge=60)
    """Time after which the timer's service ends a run, s."""

    @property
    def working_folder(self) -> Path:
        """The folder from which relative paths count."""
        return Path(self.working_directory)
