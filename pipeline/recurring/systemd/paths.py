"""The folders that a unit may read and write, on the machine that it is for."""

from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from components.image_example_gen.sources import DIGITS
from pipeline.config import PipelineConfig
from pipeline.errors import UsageError

_HOMES = ("/home", "/root", "/run/user")


@dataclass(frozen=True, kw_only=True)
class UnitPaths:
    """What a run touches beside code and packages.

    Attributes:
        written: Root and push folder.
        read: Images and other files that the configuration names.
    """

    written: tuple[str, ...]
    read: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Everything, each once."""
        return tuple(dict.fromkeys((*self.written, *self.read)))

    @property
    def need_homes(self) -> bool:
        """Whether something lies where people have their files."""
        return any(Path(path).is_relative_to(home) for path in self.all for home in _HOMES)


def on_machine(config: PipelineConfig) -> PipelineConfig:
    """Return the configuration with absolute paths for root, push folder and images.

    Raises:
        UsageError: With every path that a unit file cannot hold.
    """
    folder = config.recurring.systemd.working_folder
    data, schema_file = config.data.path, config.data.schema_file
    config = config.model_copy(
        update={
            "root": folder / config.root,
            "push_dir": folder / config.push_dir if config.push_dir else None,
            "data": config.data.model_copy(
                update={
                    "path": data if data == DIGITS else str(folder / data),
                    "schema_file": folder / schema_file if schema_file else None,
                }
            ),
        }
    )
    unreadable = [path for path in unit_paths(config).all if not path.isprintable()]
    problems = [f"path {path!r} has a character that no unit file can hold" for path in unreadable]
    if problems:
        raise UsageError(problems)
    return config


def unit_paths(config: PipelineConfig) -> UnitPaths:
    """Return what a run touches, of a configuration with absolute paths."""
    read = [] if config.data.path == DIGITS else [_before_pattern(config.data.path)]
    if config.data.schema_file is not None:
        read.append(str(config.data.schema_file))
    return UnitPaths(
        written=tuple(dict.fromkeys((str(config.root), str(config.push_dir or config.root)))), read=tuple(read)
    )


def _before_pattern(path: str) -> str:
    """Return the folder above what stands for several, as in `spans/{SPAN}`."""
    fixed = takewhile(lambda part: not set(part) & set("{*"), Path(path).parts)
    return str(Path(*fixed))
