"""One recurring run of a name, whatever happens in between: the real kfp client against the stand-in server."""

from collections.abc import Callable

import pytest
from kubeflow_stub_server import StubServer

from pipeline.kubeflow.cluster import ClusterError
from pipeline.recurring.kubeflow.apply import Change, apply, delete_all, switch
from pipeline.recurring.kubeflow.mark import Mark
from pipeline.recurring.kubeflow.recurring_run import WantedRun
from pipeline.recurring.kubeflow.server import ServerRecurringRuns

Want = Callable[..., WantedRun]
LAST_CHANGE = 4
"""Make, disable, enable, delete: what replacing one takes."""


def test_the_first_one_is_made_enabled(stub: StubServer, server: ServerRecurringRuns, want: Want) -> None:
    change, run = apply(server, want())

    assert (change, run.is_enabled, run.cron) == (Change.CREATED, True, "0 0 3 * * *")
    assert stub.recurring.enabled() == [run.id]


def test_applied_again_nothing_changes(stub: StubServer, server: ServerRecurringRuns, want: Want) -> None:
    _, first = apply(server, want())
    change, again = apply(server, want())

    assert change == Change.UNCHANGED
    assert again == first
    assert stub.recurring.deletions == []


@pytest.mark.parametrize("changes", [{"package_version": "two"}, {"name": "digits"}], ids=["package", "same"])
def test_only_a_change_makes_a_new_one(server: ServerRecurringRuns, want: Want, changes: dict[str, object]) -> None:
    _, first = apply(server, want())
    _, second = apply(server, want(**changes))

    assert (first.id != second.id) == ("package_version" in changes)


def test_another_takes_the_place_of_the_old_one_without_two_being_enabled(
    stub: StubServer, server: ServerRecurringRuns, want: Want
) -> None:
    _, old = apply(server, want("one"))
    change, new = apply(server, want("two"))

    assert change == Change.REPLACED
    assert stub.recurring.enabled() == [new.id]
    assert list(stub.recurring.runs) == [new.id]
    assert stub.recurring.most_enabled == 1
    # Any other policy would end a run in progress.
    assert stub.recurring.deletions == [(old.id, "ORPHAN")]


@pytest.mark.parametrize("changes_made", range(LAST_CHANGE))
def test_a_replacement_that_was_interrupted_anywhere_is_finished_by_the_next(
    stub: StubServer, server: ServerRecurringRuns, want: Want, changes_made: int
) -> None:
    apply(server, want("one"))
    stub.recurring.changes_before_failure = changes_made
    with pytest.raises(ClusterError, match="503 going down"):
        apply(server, want("two"))
    stub.recurring.changes_before_failure = None

    _, run = apply(server, want("two"))

    assert run.is_enabled
    assert list(stub.recurring.runs) == stub.recurring.enabled() == [run.id]
    assert stub.recurring.most_enabled == 1


@pytest.mark.parametrize("changes_made", range(LAST_CHANGE))
def test_an_interrupted_replacement_can_be_followed_by_a_third_or_taken_back(
    stub: StubServer, server: ServerRecurringRuns, want: Want, changes_made: int
) -> None:
    for last in ("one", "three"):
        delete_all(server, "digits")
        apply(server, want("one"))
        stub.recurring.changes_before_failure = changes_made
        with pytest.raises(ClusterError):
            apply(server, want("two"))
        stub.recurring.changes_before_failure = None

        _, run = apply(server, want(last))

        assert run.mark.fingerprint == want(last).fingerprint
        assert list(stub.recurring.runs) == stub.recurring.enabled() == [run.id]
    assert stub.recurring.most_enabled == 1


def test_replacing_takes_as_many_changes_as_are_interrupted_above(
    stub: StubServer, server: ServerRecurringRuns, want: Want
) -> None:
    apply(server, want("one"))
    stub.recurring.changes_before_failure = LAST_CHANGE

    change, _ = apply(server, want("two"))

    assert (change, stub.recurring.changes_before_failure) == (Change.REPLACED, 0)


def test_a_paused_one_stays_paused_also_when_it_is_replaced(
    stub: StubServer, server: ServerRecurringRuns, want: Want
) -> None:
    apply(server, want("one"))
    switch(server, "digits", is_enabled=False)

    assert not apply(server, want("one"))[1].is_enabled
    assert not apply(server, want("two"))[1].is_enabled
    assert stub.recurring.enabled() == []
    assert switch(server, "digits", is_enabled=True).is_enabled


@pytest.mark.parametrize("changes_made", range(1, LAST_CHANGE))
def test_pausing_ends_an_interrupted_replacement_and_keeps_the_new_one(
    stub: StubServer, server: ServerRecurringRuns, want: Want, changes_made: int
) -> None:
    apply(server, want("one"))
    stub.recurring.changes_before_failure = changes_made
    with pytest.raises(ClusterError):
        apply(server, want("two"))
    stub.recurring.changes_before_failure = None

    run = switch(server, "digits", is_enabled=False)

    assert run.mark.fingerprint == want("two").fingerprint
    assert (list(stub.recurring.runs), stub.recurring.enabled()) == ([run.id], [])
    assert not apply(server, want("two"))[1].is_enabled


def test_of_two_that_were_made_at_the_same_time_the_older_stays(
    stub: StubServer, server: ServerRecurringRuns, want: Want
) -> None:
    mark = Mark(fingerprint=want().fingerprint, generation=1, is_meant_to_run=True, when="0 3 * * * UTC")
    for _ in range(2):
        server.create(want(), mark, is_enabled=True)
    first = server.find("digits")[0]

    change, run = apply(server, want())

    assert (change, run) == (Change.FINISHED, first)
    assert stub.recurring.enabled() == [first.id]


def test_what_others_made_under_the_same_name_is_left_alone(
    stub: StubServer, server: ServerRecurringRuns, want: Want
) -> None:
    client = server._cluster._client
    foreign = client.create_recurring_run(
        "e1", "digits", "a person's", cron_expression="0 0 1 * * *", pipeline_id="p1", version_id="v1"
    )
    apply(server, want("one"))
    apply(server, want("two"))

    assert delete_all(server, "digits") == 1
    assert list(stub.recurring.runs) == [foreign.recurring_run_id]


def test_pausing_what_is_not_there_is_one_sentence(server: ServerRecurringRuns) -> None:
    with pytest.raises(ClusterError, match="there is no recurring run 'digits'; make it with: kubeflow apply"):
        switch(server, "digits", is_enabled=False)
