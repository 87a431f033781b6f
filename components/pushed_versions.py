"""The versions in a push folder, `<push-dir>/<model>/<version>/`."""

from pathlib import Path


def pushed_versions(model_folder: Path) -> list[int]:
    """Return the numbers of the versions in `<push-dir>/<model>/`, ascending; other names are not versions."""
    if not model_folder.is_dir():
        return []
    return sorted(int(entry.name) for entry in model_folder.iterdir() if entry.is_dir() and entry.name.isdecimal())


def latest_pushed(model_folder: Path) -> Path | None:
    """Return the folder of the newest version, or None when nothing is pushed."""
    versions = pushed_versions(model_folder)
    return model_folder / str(versions[-1]) if versions else None
