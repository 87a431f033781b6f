"""Events by a program of the user's own."""

import os
import shutil
import subprocess
from collections.abc import Collection

from pipeline.errors import PipelineError
from pipeline.retraining.events import Event
from pipeline.retraining.notify.channel import DeliveryError
from pipeline.retraining.notify.config import CommandConfig, EventKind


class Program:
    """One program, which gets the event as JSON on standard input."""

    def __init__(self, config: CommandConfig, *, hidden_variables: Collection[str]) -> None:
        """Take the settings.

        Args:
            config: Names the program.
            hidden_variables: Environment variables with secrets of other channels, which it does not get.
        """
        self._config = config
        self._hidden = hidden_variables
        self.name = f"command {config.argv[0]}"
        self.events: tuple[EventKind, ...] = config.events
        self.attempts = config.attempts

    def check(self) -> None:
        """Check that the program is there.

        Raises:
            PipelineError: It is not.
        """
        if shutil.which(self._config.argv[0]) is None:
            raise PipelineError(f"{self.name}: there is no such program")

    def deliver(self, event: Event) -> None:
        """Run the program once.

        Raises:
            DeliveryError: It could not be started, took too long or ended with a code above 0.
        """
        try:
            done = subprocess.run(
                self._config.argv,
                input=event.model_dump_json().encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={name: value for name, value in os.environ.items() if name not in self._hidden},
                timeout=self._config.timeout_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise DeliveryError(f"it took longer than {self._config.timeout_seconds:g} s", may_pass=True) from None
        except OSError as error:
            raise DeliveryError(f"it cannot be started: {error.strerror}", may_pass=False) from None
        if done.returncode:
            raise DeliveryError(f"it ended with code {done.returncode}", may_pass=True)
