"""The recurring runs of a server, those that Tandem made; speaks through the kfp SDK."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any, Protocol

from pipeline.kubeflow.cluster import Cluster, named
from pipeline.recurring.kubeflow.mark import Mark, read_mark
from pipeline.recurring.kubeflow.recurring_run import RecurringRun, WantedRun

_PAGE_SIZE = 100
_NOT_FOUND = 404
_LEAVE_RUNS_ALONE = "ORPHAN"
"""How to delete: otherwise Kubernetes also deletes the runs that a recurring run has started, one in progress too."""


class RecurringRuns(Protocol):
    """What can be done with recurring runs."""

    def find(self, name: str = "") -> tuple[RecurringRun, ...]:
        """Return those that Tandem made, the oldest first; with a name only those of that name."""

    def create(self, wanted: WantedRun, mark: Mark, *, is_enabled: bool) -> None:
        """Make one."""

    def enable(self, run: RecurringRun) -> None:
        """Let it start runs."""

    def disable(self, run: RecurringRun) -> None:
        """Keep it from starting runs; one that is gone is as good."""

    def delete(self, run: RecurringRun) -> None:
        """Take it away, and leave the runs that it has started alone; one that is gone is as good."""


class ServerRecurringRuns:
    """The recurring runs of one namespace of a server."""

    def __init__(self, cluster: Cluster, pipeline_version: tuple[str, str] | None = None) -> None:
        """Remember the server.

        Args:
            cluster: The server.
            pipeline_version: Ids of pipeline and version that new ones run, from `Cluster.upload`.
        """
        self._cluster, self._pipeline_version = cluster, pipeline_version

    def find(self, name: str = "") -> tuple[RecurringRun, ...]:
        """See `RecurringRuns.find`."""
        found = [run for answer in self._pages(name) if (run := _read(answer)) is not None]
        # Names are compared here too: how a server compares them depends on its database.
        ours = (run for run in found if not name or run.name == name)
        return tuple(sorted(ours, key=lambda run: (run.mark.generation, run.created, run.id)))

    def create(self, wanted: WantedRun, mark: Mark, *, is_enabled: bool) -> None:
        """See `RecurringRuns.create`; needs the ids of pipeline and version."""
        assert self._pipeline_version is not None  # noqa: S101  whoever wants a new one has uploaded its package
        pipeline_id, version_id = self._pipeline_version
        with self._cluster.speaking("making a recurring run") as client:
            kubeflow = wanted.kubeflow
            experiment = client.create_experiment(kubeflow.experiment, namespace=kubeflow.namespace)
            client.create_recurring_run(
                experiment.experiment_id,
                wanted.name,
                description=str(mark),
                cron_expression=wanted.cron.text,
                max_concurrency=1,
                no_catchup=True,
                pipeline_id=pipeline_id,
                version_id=version_id,
                enabled=is_enabled,
                service_account=kubeflow.service_account,
            )

    def enable(self, run: RecurringRun) -> None:
        """See `RecurringRuns.enable`."""
        with self._cluster.speaking(f"enabling recurring run {run.id}") as client:
            client.enable_recurring_run(run.id)

    def disable(self, run: RecurringRun) -> None:
        """See `RecurringRuns.disable`."""
        with self._cluster.speaking(f"disabling recurring run {run.id}") as client, _may_be_gone():
            client.disable_recurring_run(run.id)

    def delete(self, run: RecurringRun) -> None:
        """See `RecurringRuns.delete`; servers before 2.16 do not know how to leave runs alone, and end them."""
        with self._cluster.speaking(f"deleting recurring run {run.id}") as client, _may_be_gone():
            # The SDK's own method has no argument for it.
            client.recurring_runs.recurring_run_service_delete_recurring_run(
                run.id, propagation_policy=_LEAVE_RUNS_ALONE
            )

    def _pages(self, name: str) -> Iterator[Any]:
        token = ""
        while True:
            with self._cluster.speaking("listing recurring runs") as client:
                answer = client.list_recurring_runs(
                    page_token=token,
                    page_size=_PAGE_SIZE,
                    namespace=self._cluster.config.namespace,
                    filter=named(name) if name else None,
                )
            yield from answer.recurring_runs or ()
            token = answer.next_page_token or ""
            if not token:
                return


@contextlib.contextmanager
def _may_be_gone() -> Iterator[None]:
    import kfp_server_api

    try:
        yield
    except kfp_server_api.ApiException as error:
        if error.status != _NOT_FOUND:
            raise


def _read(answer: Any) -> RecurringRun | None:
    """Return one from the SDK's model, in which every field may be missing; None where it is not ours."""
    mark = read_mark(answer.description or "")
    if mark is None:
        return None
    schedule = answer.trigger.cron_schedule if answer.trigger else None
    return RecurringRun(
        id=answer.recurring_run_id,
        name=answer.display_name or "",
        is_enabled=answer.status == "ENABLED",
        cron=schedule.cron if schedule else "",
        created=answer.created_at or datetime.fromtimestamp(0, tz=timezone.utc),
        mark=mark,
    )
