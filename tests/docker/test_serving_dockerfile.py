"""The model server's image: what goes in, who runs it, and its commands, run here for real."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from dockerfiles import (
    ROOT,
    base_images,
    copied_from_repository,
    final_stage,
    let_into_build,
    read_dockerfile,
    run_by_this_python,
    values,
)
from tiny_bundles import write_bundle

FILE = read_dockerfile("serving")
IMAGE = final_stage(FILE)


class Running(NamedTuple):
    process: "subprocess.Popen[str]"
    port: str
    health_port: str


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """The image's entry point, with a container's options for other ports."""
    write_bundle(tmp_path / "colours" / "1")
    options = ["--models", str(tmp_path), "--host", "127.0.0.1", "--rest-port", "0", "--grpc-port", "-1"]
    options += ["--health-port", "0"]
    (entry_point,) = values(IMAGE, "ENTRYPOINT")
    with subprocess.Popen(
        [*run_by_this_python(entry_point), *options], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        events: dict[str, dict[str, object]] = {}
        while not {"listening", "version_available"} <= events.keys():
            facts = json.loads(process.stderr.readline())
            events[facts["event"]] = facts
        listening = events["listening"]
        yield Running(process, str(listening["rest_port"]), str(listening["health_port"]))
        process.terminate()


def health_check(port: str) -> int:
    (check,) = values(IMAGE, "HEALTHCHECK")
    command = run_by_this_python(check.partition("CMD ")[2].replace("8502", port))
    return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode


def probe_of_compose(port: str, model: str) -> int:
    """Run the health check that compose.yaml has for TensorFlow Serving; its REST interface is the same."""
    service = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]["tensorflow-serving"]
    kind, *command = service["healthcheck"]["test"]
    assert kind == "CMD"
    command = [word.replace("8501", port).replace("$$", "$") for word in command]
    environment = {"MODEL_NAME": model, "PATH": "/usr/local/bin:/usr/bin:/bin"}
    return subprocess.run(command, env=environment, stderr=subprocess.DEVNULL, check=False).returncode


def test_the_entry_point_serves_the_health_checks_pass_and_the_stop_signal_ends_it_cleanly(server):
    (stop_signal,) = values(IMAGE, "STOPSIGNAL")

    assert health_check(server.health_port) == 0
    assert probe_of_compose(server.port, "colours") == 0
    assert probe_of_compose(server.port, "shapes") != 0
    server.process.send_signal(signal.Signals[stop_signal])
    assert server.process.wait(timeout=30) == 0


def test_the_health_check_asks_the_port_of_health_alone():
    (entry_point,), (check,), (ports,) = (values(IMAGE, name) for name in ("ENTRYPOINT", "HEALTHCHECK", "EXPOSE"))

    assert json.loads(entry_point)[-2:] == ["--health-port", "8502"]
    assert "'127.0.0.1', 8502," in check
    assert "8502" in ports.split()


def test_the_health_check_fails_where_nobody_listens():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))

        assert health_check(str(unused.getsockname()[1])) != 0


def test_every_base_image_is_one_release_of_python_and_debian():
    assert set(base_images(FILE)) == {"python:3.13-slim-trixie"}


def test_the_server_runs_as_a_numbered_user_who_owns_no_file():
    assert values(IMAGE, "USER") == ["10001:10001"]
    assert [copy for copy in values(FILE, "COPY") if "--chown" in copy] == []


def test_only_the_serving_code_and_its_lists_go_into_the_build():
    expected = {"requirements/modern.txt", "requirements/serving.txt", "serving"}

    assert copied_from_repository(FILE) == let_into_build("serving") == expected


def test_onnx_runtime_reports_to_nobody():
    assert "ORT_DISABLE_TELEMETRY=1" in values(IMAGE, "ENV")[0].split()
