"""The folders that a unit may read and write, on the machine that it is for."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from components.image_example_gen.sources import DIGITS
from pipeline.config import PipelineConfig
from pipeline.errors import UsageError
from pipeline.recurring.named_paths import read_paths

_HOMES = ("/home", "/root", "/run/user")


@dataclass(frozen=True, kw_only=True)
class UnitPaths:
    """What a run touches beside code and packages.

    Attributes:
        written: Root and push folder.
        read: Images and other files that the configuration names.
        executed: Interpreter, code and settings.
    """

    written: tuple[str, ...]
    read: tuple[str, ...]
    executed: tuple[str, ...]

    @property
    def data(self) -> tuple[str, ...]:
        """What is written or read, each once."""
        return tuple(dict.fromkeys((*self.written, *self.read)))

    @property
    def need_homes(self) -> bool:
        """Whether something lies where people have their files."""
        return any(Path(path).is_relative_to(home) for path in (*self.data, *self.executed) for home in _HOMES)


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
    unreadable = [path for path in unit_paths(config).data if not path.isprintable()]
    problems = [f"path {path!r} has a character that no unit file can hold" for path in unreadable]
    if problems:
        raise UsageError(problems)
    return config


def unit_paths(config: PipelineConfig) -> UnitPaths:
    """Return what a run touches, of a configuration with absolute paths."""
    systemd = config.recurring.systemd
    read = [path for _, path in read_paths(config, PurePosixPath(systemd.working_directory))]
    return UnitPaths(
        written=tuple(dict.fromkeys((str(config.root), str(config.push_dir or config.root)))),
        read=tuple(dict.fromkeys(read)),
        executed=(systemd.python, systemd.working_directory, systemd.config_folder),
    )
