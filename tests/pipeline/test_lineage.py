import shutil
from collections.abc import Callable
from pathlib import Path

from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as mlmd

from pipeline.lineage import Lineage, read_lineage
from pipeline.lineage_records import FailedAttempt
from pipeline.step_key import KeyParts

RecordStep = Callable[..., int]


def open_store(metadata_file: Path) -> metadata_store.MetadataStore:
    connection = mlmd.ConnectionConfig()
    connection.sqlite.filename_uri = str(metadata_file)
    return metadata_store.MetadataStore(connection)


def parts(name: str) -> KeyParts:
    return KeyParts(watched={"name": name})


def test_an_execution_is_found_by_its_key_with_outcome_and_outputs(lineage: Lineage, record_step: RecordStep) -> None:
    lineage.mark_finished(record_step("a"), parts=parts("key a"), outcome="did a")

    found = lineage.find_finished(parts("key a").key)

    assert found is not None
    assert found.outcome == "did a"
    assert found.outputs["result"].name == "a"
    assert lineage.find_finished(parts("key b").key) is None


def test_an_execution_without_a_key_is_never_taken(lineage: Lineage, record_step: RecordStep) -> None:
    record_step("a")

    assert lineage.find_finished(parts("").key) is None


def test_the_newest_of_equal_executions_is_taken(lineage: Lineage, record_step: RecordStep) -> None:
    for name in ("old", "new"):
        lineage.mark_finished(record_step(name), parts=parts("key"), outcome=name)

    found = lineage.find_finished(parts("key").key)

    assert found is not None
    assert found.outcome == "new"


def test_an_execution_whose_files_are_gone_is_not_taken(
    lineage: Lineage, record_step: RecordStep, tmp_path: Path
) -> None:
    lineage.mark_finished(record_step("a"), parts=parts("key"), outcome="")
    shutil.rmtree(tmp_path / "artifacts" / "a")

    assert lineage.find_finished(parts("key").key) is None


def test_a_push_whose_version_was_removed_is_not_taken(
    lineage: Lineage, record_step: RecordStep, tmp_path: Path
) -> None:
    execution_id = record_step("a", pushed_destination=str(tmp_path / "models" / "1"))
    lineage.mark_finished(execution_id, parts=parts("key"), outcome="")

    assert lineage.find_finished(parts("key").key) is None
    (tmp_path / "models" / "1").mkdir(parents=True)
    assert lineage.find_finished(parts("key").key) is not None


def test_reuse_records_a_cached_execution_in_the_contexts_of_the_new_run(
    lineage: Lineage, record_step: RecordStep, metadata_file: Path
) -> None:
    finished = lineage.mark_finished(record_step("a"), parts=parts("key"), outcome="did a")

    lineage.reuse(finished, pipeline_name="tandem-x", run_id="run-2", step_id="Step")
    lineage.reuse(finished, pipeline_name="tandem-x", run_id="run-3", step_id="Step")

    store = open_store(metadata_file)
    for name in ("run-2", "run-3"):
        context = store.get_context_by_type_and_name("pipeline_run", name)
        (execution,) = store.get_executions_by_context(context.id)
        (event,) = store.get_events_by_execution_ids([execution.id])
        assert execution.last_known_state == mlmd.Execution.CACHED
        assert event.artifact_id == 1
    assert len(store.get_executions_by_context(store.get_context_by_type_and_name("node", "tandem-x.Step").id)) == 2
    assert len(store.get_artifacts()) == 1


def test_a_push_is_found_by_the_bundle_it_pushed(lineage: Lineage, record_step: RecordStep) -> None:
    record_step("baseline", bundle_checksum="c1", version="1")
    push = record_step("push", bundle_checksum="c1", pushed_version="2", baseline_checksum="c0")
    lineage.mark_finished(push, parts=parts("key"), outcome="")

    record = lineage.find_push("c1")

    assert record is not None
    assert record.baseline_checksum == "c0"
    assert lineage.find_push("c9") is None


def test_properties_of_an_output_are_readable(lineage: Lineage, record_step: RecordStep) -> None:
    finished = lineage.mark_finished(record_step("a", is_new="1"), parts=parts("key"), outcome="")

    assert lineage.output_properties(finished, "result") == {"is_new": "1"}
    assert lineage.output_properties(finished, "other") == {}


def test_what_a_killed_run_completed_gets_its_key_and_what_ran_is_called_failed(
    lineage: Lineage, record_step: RecordStep, metadata_file: Path
) -> None:
    record_step("done", node="p.Transform", run="r1")
    running = record_step("running", node="p.Trainer", run="r1", state=mlmd.Execution.RUNNING)
    record_step("foreign", node="p.Transform", run="r2")

    keys = {"Transform": parts("Transform"), "Trainer": parts("Trainer")}
    saved = lineage.settle("r1", pipeline_name="p", parts=keys)

    found = lineage.find_finished(keys["Transform"].key)
    assert saved == ("Transform",)
    assert found is not None
    assert found.outputs["result"].name == "done"
    assert lineage.find_finished(keys["Trainer"].key) is None
    (execution,) = open_store(metadata_file).get_executions_by_id([running])
    assert execution.last_known_state == mlmd.Execution.FAILED


def test_failed_attempts_and_seconds_stay_on_record(
    lineage: Lineage, record_step: RecordStep, metadata_file: Path
) -> None:
    execution_id = record_step("a", node="p.Trainer")
    attempts = [FailedAttempt("the disk did not answer", 1.5)]

    finished = lineage.mark_finished(execution_id, parts=parts("a"), outcome="", seconds=12.5, failed_attempts=attempts)

    (execution,) = open_store(metadata_file).get_executions_by_id([execution_id])
    assert finished.seconds == 12.5
    assert "the disk did not answer" in execution.custom_properties["tandem_failed_attempts"].string_value
    newest = lineage.newest_of("p", "Trainer")
    assert newest is not None
    assert newest.parts == parts("a")


def test_looking_into_a_root_that_was_never_used_leaves_no_file(tmp_path: Path) -> None:
    with read_lineage(tmp_path / "runs" / "metadata.sqlite") as lineage:
        assert lineage.find_finished("key") is None

    assert list(tmp_path.iterdir()) == []
