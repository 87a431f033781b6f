"""What may stand together in the Beam settings: every broken rule as a sentence, found without importing Beam."""

from collections.abc import Iterator, Sequence
from importlib import util

from pipeline.beam.option_names import beam_options
from pipeline.beam.runners import LOCAL_MASTERS, RUNNERS, BeamRunner
from trainers.did_you_mean import did_you_mean

_MANAGED = {
    "runner": "beam.runner",
    "direct_running_mode": "beam.runner",
    "direct_num_workers": "beam.workers",
    "sdk_container_image": "beam.image",
    "worker_harness_container_image": "beam.image",
}
"""Options of Beam that have a setting of their own."""
_RUNNER_GROUPS = {group for runner in RUNNERS.values() for group in runner.option_groups}
_OWN_ENVIRONMENTS = ("LOOPBACK", "PROCESS", "EXTERNAL")
"""Values of --environment_type with which workers are not started from an image."""


def option_values(args: Sequence[str]) -> dict[str, str]:
    """Return the values of `--name=value` arguments by name; of a bare `--name` it is empty."""
    pairs = (argument.removeprefix("--").partition("=") for argument in args)
    return {name: value for name, _, value in pairs}


def is_on_this_machine(runner: BeamRunner, args: Sequence[str]) -> bool:
    """Return whether the workers run on this machine with this very code, so that they need no environment."""
    master = option_values(args).get(runner.master_option or "", "")
    return not runner.is_remote or master.startswith(LOCAL_MASTERS)


def find_problems(*, runner: str, workers: int, image: str | None, args: Sequence[str]) -> list[str]:
    """Return what is wrong with Beam settings, a sentence for each problem.

    Args:
        runner: Key in `RUNNERS`.
        workers: Number of workers, 0 for the runner's own choice.
        image: Container image of remote workers.
        args: Further options for Beam, each `--name=value` or `--name`.
    """
    chosen = RUNNERS[runner]
    problems = [problem for argument in args for problem in _argument_problems(argument, runner)]
    given = option_values(args)
    missing = [f"--{name}" for name in chosen.required if not given.get(name)]
    if missing:
        problems.append(f"beam.runner {runner} needs {', '.join(missing)} in beam.args")
    if util.find_spec(chosen.module) is None:
        problems.append(f"beam.runner {runner} needs a package that is not installed: pip install '{chosen.install}'")
    if workers and chosen.is_remote and chosen.workers_option is None:
        problems.append(f"beam.workers = {workers} has no meaning for {runner}: its cluster decides; leave it out")
    if workers and chosen.workers_option in given:
        problems.append(f"beam.workers and --{chosen.workers_option} in beam.args say the same; leave one out")
    return [*problems, *_environment_problems(runner, image, args)]


def _argument_problems(argument: str, runner: str) -> Iterator[str]:
    name = argument.removeprefix("--").partition("=")[0]
    owner = beam_options().get(name)
    if not argument.startswith("--") or not name:
        yield f"beam.args: {argument!r} is not of the form --name=value or --name"
    elif name in _MANAGED:
        yield f"beam.args: {argument!r} is decided by the setting {_MANAGED[name]}; set that instead"
    elif owner is None:
        yield f"beam.args: Beam has no option {name!r}.{did_you_mean(name, beam_options())}"
    elif owner in _RUNNER_GROUPS and owner not in RUNNERS[runner].option_groups:
        fitting = [other for other, of in RUNNERS.items() if owner in of.option_groups]
        yield f"beam.args: {argument!r} contradicts beam.runner {runner}; it belongs to {' or '.join(fitting)}"


def _environment_problems(runner: str, image: str | None, args: Sequence[str]) -> Iterator[str]:
    chosen = RUNNERS[runner]
    if is_on_this_machine(chosen, args):
        if image is not None:
            yield f"beam.image {image!r} has no meaning for workers on this machine; leave it out"
        return
    environment = option_values(args).get("environment_type", "").upper()
    has_own = "PortableOptions" in chosen.option_groups and environment in _OWN_ENVIRONMENTS
    if has_own and image is not None:
        yield f"beam.image {image!r} contradicts --environment_type={environment}; leave one out"
    if not has_own and image is None:
        choice = f", or --environment_type={'|'.join(_OWN_ENVIRONMENTS)} in beam.args"
        yield (
            f"beam.runner {runner} needs beam.image, a container image that holds this code and its packages"
            f"{choice if 'PortableOptions' in chosen.option_groups else ''}: its workers are on other machines"
        )
