"""What can go wrong in serving.

ServingError
└── BundleError                 a bundle folder breaks a rule of its format
    ├── BundleIncompleteError   sealing: a required file is missing, or an entry is not a plain file
    ├── ManifestError           manifest.json is missing, unreadable or of an unknown format
    └── BundleDamagedError      verifying: the files are not the ones that were sealed
"""

from collections.abc import Sequence
from pathlib import Path


class ServingError(Exception):
    """Base of every error that the serving package raises on purpose."""


class BundleError(ServingError):
    """A bundle folder breaks a rule of its format."""


class BundleIncompleteError(BundleError):
    """The folder cannot be sealed: a required file is missing, or an entry is not a plain file."""


class ManifestError(BundleError):
    """The manifest is missing, unreadable, or written in a format that this version does not know."""


class BundleDamagedError(BundleError):
    """The files in the folder are not the ones that were sealed.

    Attributes:
        directory: the bundle's folder.
        problems: one sentence for each file that is wrong, sorted by path.
    """

    def __init__(self, directory: Path, problems: Sequence[str]) -> None:
        """Keep all problems and show them in one message."""
        self.directory = directory
        self.problems = tuple(problems)
        lines = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(
            f"{directory}: {len(self.problems)} of the bundle's files are not as sealed:\n{lines}\n"
            "Fetch the bundle again from where it was pushed, or export and seal it anew."
        )
