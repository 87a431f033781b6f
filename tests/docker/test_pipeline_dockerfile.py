"""The pipeline's image: what goes in, who runs it, and what it runs."""

import re
import subprocess

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

FILE = read_dockerfile("pipeline")
IMAGE = final_stage(FILE)


def test_the_stage_that_compiles_has_the_python_of_the_image():
    with_compiler, kept = base_images(FILE)

    assert kept == "python:3.13-slim-trixie"
    assert with_compiler == kept.replace("-slim", "")


def test_packages_are_held_to_the_pinned_list_and_so_are_those_that_build_them():
    (install,) = (run for run in values(FILE, "RUN") if "--extra kubeflow" in run)

    assert re.findall(r"--(\w+-?)constraint (\S+)|--constraint (\S+)", install) == [
        ("", "", "requirements/modern.txt"),
        ("build-", "requirements/modern.txt", ""),
    ]


def test_the_code_and_what_it_is_installed_from_go_into_the_build():
    expected = {"pyproject.toml", "requirements/modern.txt", "components", "pipeline", "serving", "trainers"}

    assert copied_from_repository(FILE) == let_into_build("pipeline") == expected


def test_steps_find_the_code_in_the_working_folder_and_no_entry_point_stands_before_them():
    assert values(IMAGE, "WORKDIR") == ["/app"]
    assert "--from=build /build/app /app" in values(IMAGE, "COPY")
    assert values(IMAGE, "ENTRYPOINT") == []


def test_it_runs_as_a_numbered_user_who_may_write_the_default_root():
    (make_user,) = values(IMAGE, "RUN")

    assert values(IMAGE, "USER") == ["10001:10001"]
    assert "useradd --uid 10001" in make_user
    assert "--owner=10001 --group=10001 /app/runs" in make_user


def test_its_command_prints_the_options_of_a_run():
    (command,) = values(IMAGE, "CMD")

    shown = subprocess.run(run_by_this_python(command), cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "--runner NAME" in shown


def test_onnx_runtime_reports_to_nobody():
    assert "ORT_DISABLE_TELEMETRY=1" in values(IMAGE, "ENV")[0].split()
