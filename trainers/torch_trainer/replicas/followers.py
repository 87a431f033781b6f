"""The following replicas as the leading one sees them: their processes, orders to them, and what became of them."""

import contextlib
import multiprocessing
import signal
import threading
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for_any
from types import TracebackType
from typing import Any

from torch import multiprocessing as torch_multiprocessing

from trainers.errors import TrainerError, TransientError
from trainers.out_of_memory import is_out_of_memory
from trainers.torch_trainer.replicas.follower import READY, STOP, Membership, follow
from trainers.torch_trainer.replicas.process_group import abort_exchanges

_EXIT_TIMEOUT_SECONDS = 60
_NEWS_SECONDS = 5.0
"""How long after an error the end of a follower may be its cause."""


class Followers:
    """Started in their processes on construction; a context that ends them, whatever happens in it."""

    def __init__(self, memberships: Sequence[Membership]) -> None:
        """Start one for each membership."""
        self._timeout_seconds = memberships[0].timeout_seconds
        self._connections: list[Connection] = []
        self._processes: list[multiprocessing.Process] = []
        self._are_to_end = threading.Event()
        for membership in memberships:
            here, there = multiprocessing.Pipe()
            # One by one, since of a pipe that a sibling holds too nobody would notice the end.
            started = torch_multiprocessing.start_processes(follow, args=(there, membership), join=False)
            there.close()
            self._connections.append(here)
            self._processes += started.processes
        threading.Thread(target=self._watch, daemon=True).start()

    def __enter__(self) -> "Followers":
        """Return this."""
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes: at once after an error, else when they have done as they were told."""
        self._are_to_end.set()
        for process in self._processes:
            process.join(_EXIT_TIMEOUT_SECONDS if error is None else 0)
            process.kill()
            process.join()
        for connection in self._connections:
            connection.close()

    def wait_until_ready(self) -> None:
        """Wait until every model is built."""
        for answer in self._answers():
            if answer != READY:
                raise answer

    def tell(self, order: str, *arguments: Any) -> None:
        """Order something of all of them that has no answer."""
        for connection in self._connections:
            connection.send((order, *arguments))

    def tell_each(self, order: str, arguments: Sequence[tuple[Any, ...]]) -> None:
        """Order something of each, with arguments of its own."""
        for connection, own in zip(self._connections, arguments, strict=True):
            connection.send((order, *own))

    def ask(self, order: str) -> list[Any]:
        """Return the answers of all of them to an order."""
        self.tell(order)
        return self._answers()

    def stop(self) -> None:
        """Tell all of them to leave the group and end."""
        self._are_to_end.set()
        self.tell(STOP)

    @contextlib.contextmanager
    def explaining_losses(self) -> Iterator[None]:
        """Turn an error in here whose cause is a follower that ended, or is stuck, into one that says so.

        Raises:
            TransientError: A process was killed, or does not answer.
        """
        try:
            yield
        except (RuntimeError, OSError, EOFError) as error:
            cause = self._cause_of(error)
            if cause is error:
                raise
            raise cause from error

    def _answers(self) -> list[Any]:
        answers = []
        for connection in self._connections:
            if not connection.poll(self._timeout_seconds):
                raise TimeoutError
            answers.append(connection.recv())
        return answers

    def _watch(self) -> None:
        wait_for_any([process.sentinel for process in self._processes])
        if not self._are_to_end.is_set():
            abort_exchanges()

    def _cause_of(self, error: Exception) -> Exception:
        """Return why an exchange with the followers failed; the error itself where they are well."""
        ended = wait_for_any([process.sentinel for process in self._processes], _NEWS_SECONDS)
        for process in self._processes:
            if process.sentinel in ended:
                process.join(_NEWS_SECONDS)  # the pipe behind the sentinel closes before the exit code is there
        num_replicas = len(self._processes) + 1
        for rank, process in enumerate(self._processes, start=1):
            if process.exitcode is not None and process.exitcode < 0:
                return _killed(rank, num_replicas, signal.Signals(-process.exitcode))
        # Where one fails by itself the others fail for its sake; what a user can mend tells which.
        failures = [failure for failure in map(_last_words, self._connections) if failure is not None]
        failures.sort(key=lambda failure: not (isinstance(failure, TrainerError) or is_out_of_memory(failure)))
        if failures:
            return failures[0]
        if isinstance(error, TimeoutError) or "timed out" in str(error).lower():
            return TransientError(
                f"one of {num_replicas} replicas did not answer within {self._timeout_seconds:.0f} s, so training was "
                "stopped"
            )
        return error


def _killed(rank: int, num_replicas: int, by: signal.Signals) -> TransientError:
    hint = "; it may have run out of memory: train.optimization.micro_batches lowers the need"
    return TransientError(
        f"the process of replica {rank + 1} of {num_replicas} was killed by {by.name}"
        f"{hint if by == signal.SIGKILL else ''}"
    )


def _last_words(connection: Connection) -> Exception | None:
    """Return the exception that a follower ended with, if it did."""
    with contextlib.suppress(OSError, EOFError):
        while connection.poll():
            words = connection.recv()
            if isinstance(words, Exception):
                return words
    return None
