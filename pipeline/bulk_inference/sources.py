"""Find out what `--input` holds: image files, TFRecords or Parquet."""

import glob
import os
from collections.abc import Iterator
from pathlib import Path

from components.image_example_gen.sources import IMAGE_SUFFIXES
from pipeline.bulk_inference.request import Source, SourceKind
from pipeline.errors import UsageError

LIST_SUFFIXES = (".txt", ".lst")
_WHAT_IS_READ = (
    f"read are {', '.join(sorted(IMAGE_SUFFIXES))} images, folders of them, {' or '.join(LIST_SUFFIXES)} lists of"
    " paths, TFRecords (with 'tfrecord' in the name) and .parquet"
)


def find_source(text: str, *, image_column: str = "image", id_column: str | None = None) -> Source:
    """Return the source that a path or glob pattern means.

    Args:
        text: An image, a folder (searched recursively), a list file, a TFRecord or Parquet file, or a glob pattern.
        image_column: Feature or column with the encoded image.
        id_column: Feature or column with the id of a record.

    Raises:
        UsageError: There is nothing, nothing that can be read, or several kinds at once.
    """
    path = Path(text)
    if path.is_file() and path.suffix.lower() in LIST_SUFFIXES:
        return Source(kind="image files", root=path.parent.absolute(), files=_read_list(path))
    root, found = _list_files(path, text)
    by_kind: dict[SourceKind, list[str]] = {}
    for file in found:
        kind = _kind_of(file)
        if kind is not None:
            by_kind.setdefault(kind, []).append(file)
    if not by_kind:
        raise UsageError([f"--input {text} holds no file that can be read; {_WHAT_IS_READ}"])
    if len(by_kind) > 1:
        counts = " and ".join(f"{len(files)} of {kind}" for kind, files in sorted(by_kind.items()))
        raise UsageError([f"--input {text} holds files of several kinds ({counts}); point it at one of them"])
    ((kind, files),) = by_kind.items()
    return Source(
        kind=kind, root=root.absolute(), files=tuple(sorted(files)), image_column=image_column, id_column=id_column
    )


def _kind_of(file: str) -> SourceKind | None:
    name = Path(file).name.lower()
    if Path(name).suffix in IMAGE_SUFFIXES:
        return "image files"
    if name.endswith(".parquet"):
        return "Parquet"
    return "TFRecord" if "tfrecord" in name else None


def _list_files(path: Path, text: str) -> tuple[Path, list[str]]:
    """Return a folder and the files below it, relative to it."""
    if path.is_dir():
        return path, list(_walk(path))
    if path.is_file():
        return path.parent, [path.name]
    matches = [match for match in glob.glob(text, recursive=True) if os.path.isfile(match)]
    if not matches:
        raise UsageError([f"--input {text} does not exist and matches no file; {_WHAT_IS_READ}"])
    root = Path(os.path.commonpath([os.path.dirname(os.path.abspath(match)) for match in matches]))
    return root, [os.path.relpath(match, root) for match in matches]


def _walk(folder: Path) -> Iterator[str]:
    """Yield the files of a folder and of those in it, without hidden ones."""
    for parent, subfolders, names in os.walk(folder):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        below = os.path.relpath(parent, folder)
        yield from (os.path.normpath(os.path.join(below, name)) for name in names if not name.startswith("."))


def _read_list(path: Path) -> tuple[str, ...]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError([f"--input {path} cannot be read as a list of paths: {error}"]) from error
    files = tuple(stripped for line in lines if (stripped := line.strip()))
    if not files:
        raise UsageError([f"--input {path} is an empty list; write one path of an image on each line"])
    return files
