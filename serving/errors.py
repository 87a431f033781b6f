"""What can go wrong in serving.

ServingError
├── BundleError                 a bundle folder breaks a rule of its format
│   ├── BundleIncompleteError   sealing: a required file is missing, or an entry is not a plain file
│   ├── ManifestError           manifest.json is missing, unreadable or of an unknown format
│   ├── EvaluationError         evaluation.json is damaged or of an unknown format
│   └── BundleDamagedError      verifying: the files are not the ones that were sealed
├── SettingsError               the command line or a model's serving.json says something that cannot be done
├── RequestLogError             a request log cannot be read
├── LoadError                   a verified version cannot be loaded, or answers wrongly when warmed up
└── RequestError                a request that is not answered; each wire has its own code for each kind
    ├── InvalidRequestError     the request breaks a rule of its protocol, or its image is unusable
    ├── UnauthenticatedError    the request has no token, or a wrong one
    ├── NotFoundError           no such model, version or route
    ├── MethodNotAllowedError   the route exists, but not for this verb
    ├── TooLargeError           the request is larger than a limit
    ├── OverloadedError         the queue is full; the same request may succeed later
    ├── UnavailableError        the server is starting, or draining
    ├── DeadlineError           the answer would have come too late
    └── ModelFailedError        the model raised, or answered something that is no probability
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


class EvaluationError(BundleError):
    """The evaluation beside the bundle is damaged, or written in a format that this version does not know."""


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


class SettingsError(ServingError):
    """Options or settings cannot be followed.

    Attributes:
        problems: one sentence for each thing that is wrong.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep all problems and show one on each line."""
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class RequestLogError(ServingError):
    """The folder of a request log is missing, or a line of it is no entry."""


class LoadError(ServingError):
    """A verified version cannot be loaded, or answers wrongly when warmed up."""


class RequestError(ServingError):
    """A request that is not answered; the message goes to the caller, so it names no files."""


class InvalidRequestError(RequestError):
    """The request breaks a rule of its protocol, or its image is unusable."""


class UnauthenticatedError(RequestError):
    """The request has no token, or a wrong one.

    Attributes:
        is_wrong: Whether it has one.
    """

    def __init__(self, message: str, *, is_wrong: bool = False) -> None:
        """Remember which of the two it is."""
        super().__init__(message)
        self.is_wrong = is_wrong


class NotFoundError(RequestError):
    """There is no such model, version or route."""


class MethodNotAllowedError(RequestError):
    """The route exists, but not for this verb.

    Attributes:
        allowed: verbs that it exists for.
    """

    def __init__(self, method: str, *, allowed: Sequence[str]) -> None:
        """Name the verbs in the message."""
        self.allowed = tuple(allowed)
        super().__init__(f"{method} is not for this path; use {' or '.join(allowed)}")


class TooLargeError(RequestError):
    """The request is larger than a limit."""


class OverloadedError(RequestError):
    """The queue is full; the same request may succeed later."""


class UnavailableError(RequestError):
    """The server is starting or draining."""


class DeadlineError(RequestError):
    """The answer would have come too late."""


class ModelFailedError(RequestError):
    """The model raised, or answered something that is no probability; the log has the reason."""
