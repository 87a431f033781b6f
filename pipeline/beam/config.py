"""The settings of Beam: what can be set, its defaults and its limits."""

import shlex

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.beam.rules import find_problems
from pipeline.beam.runners import DEFAULT_RUNNER, RUNNERS
from trainers.did_you_mean import did_you_mean


class BeamConfig(BaseModel):
    """How the data steps run on Apache Beam."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True)

    runner: str = DEFAULT_RUNNER
    """in_process, multi_process, flink, spark, dataflow or portable."""
    workers: int = Field(default=0, ge=0)
    """Threads, processes or remote workers; 0 leaves it to the runner: one thread, a process for each core."""
    image: str | None = None
    """Container image of remote workers; it holds this code and its packages."""
    args: tuple[str, ...] = ()
    """Further options for Beam, each `--name=value` or `--name`."""

    @field_validator("args", mode="before")
    @classmethod
    def _split_one_text(cls, args: object) -> object:
        return tuple(shlex.split(args)) if isinstance(args, str) else args

    @model_validator(mode="after")
    def _fit_together(self) -> "BeamConfig":
        if self.runner not in RUNNERS:
            hint = did_you_mean(self.runner, RUNNERS)
            raise ValueError(f"beam.runner {self.runner!r} is unknown; choices are {', '.join(RUNNERS)}.{hint}")
        problems = find_problems(runner=self.runner, workers=self.workers, image=self.image, args=self.args)
        if problems:
            raise ValueError("\n".join(problems))
        return self
