"""The compose file of the retraining service: it writes runs alone, and has time to end well."""

import yaml
from dockerfiles import ROOT, final_stage, read_dockerfile, values

from pipeline.recurring.kubernetes.config import PodConfig

CONTENT = yaml.safe_load((ROOT / "docker" / "compose.retraining.yaml").read_text())
SERVERS = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())
SERVICE = CONTENT["services"]["retraining"]
MOUNTS = {mount["target"]: mount for mount in SERVICE["volumes"]}


def test_it_joins_the_project_of_the_servers_under_a_name_of_its_own():
    assert CONTENT["name"] == SERVERS["name"]
    assert not CONTENT["services"].keys() & SERVERS["services"].keys()


def test_the_servers_read_what_it_pushes():
    runs, models = MOUNTS["/app/runs"]["source"], SERVERS["services"]["tandem"]["volumes"][0]["source"]

    assert runs == "${TANDEM_RUNS:-../runs}"
    assert models == "${TANDEM_MODELS:-../runs/models}"


def test_it_writes_its_runs_and_scratch_and_a_wrong_path_makes_no_folder():
    assert {path for path, mount in MOUNTS.items() if not mount.get("read_only")} == {"/app/runs", "/tmp"}  # noqa: S108
    binds = [mount for mount in MOUNTS.values() if mount["type"] == "bind"]
    assert all(mount["bind"] == {"create_host_path": False} for mount in binds)
    assert SERVICE["read_only"] is True


def test_it_has_no_rights_beyond_a_plain_user_and_opens_no_port():
    assert SERVICE["cap_drop"] == ["ALL"]
    assert SERVICE["security_opt"] == ["no-new-privileges:true"]
    assert SERVICE["user"] == "${TANDEM_USER:-10001:10001}"
    assert "ports" not in SERVICE


def test_it_is_the_image_of_the_pipeline_with_the_command_of_the_service():
    assert SERVICE["build"]["dockerfile"] == "docker/pipeline.Dockerfile"
    assert SERVICE["build"]["tags"] == [PodConfig().image]
    # The image has no entry point, so this is all that runs.
    assert values(final_stage(read_dockerfile("pipeline")), "ENTRYPOINT") == []
    assert SERVICE["command"] == ["python", "-m", "pipeline.retrain", "--config", "/etc/tandem/settings.yaml"]
    assert "/etc/tandem/settings.yaml" in MOUNTS


def test_it_is_limited_and_has_the_time_to_stop_that_a_pod_has():
    assert SERVICE["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}
    assert SERVICE["stop_grace_period"] == f"{PodConfig().stop_seconds}s"
    assert SERVICE["init"] is True
