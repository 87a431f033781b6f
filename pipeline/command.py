"""The work of the command: plan, run, report, choose the exit code."""

import argparse
import secrets
import time
from collections.abc import Sequence
from datetime import datetime, timezone

from rich.console import Console

from pipeline.door import Order, check_everything
from pipeline.errors import ExitCode, PipelineError, UsageError
from pipeline.explain import Explainer
from pipeline.image_listing import ImageListings
from pipeline.lineage import Lineage, open_lineage, read_lineage
from pipeline.plan import Plan, make_plan
from pipeline.plan_table import show_plan
from pipeline.refusal import refuse
from pipeline.run_record import RunRecord, interrupted_run, was_told
from pipeline.runners.base import RunFolders, RunRequest
from pipeline.runners.local import LocalRunner, hold_root
from pipeline.screen import Screen, show_summary
from pipeline.step_key import KeyParts
from pipeline.steps import trainer
from pipeline.summary import EXIT_CODES, summarise, write_summary
from pipeline.warm_start import describe_start
from trainers.did_you_mean import did_you_mean


def run_command(options: argparse.Namespace, *, unknown_options: Sequence[str], known_options: Sequence[str]) -> int:
    """Do what the options say; returns the exit code."""
    errors = Console(stderr=True, highlight=False)
    console = Console(highlight=False)
    try:
        order = check_everything(options, unknown_options, known_options)
        if order.runner == "kubeflow":
            return _run_on_kubeflow(order, options, console)
        if options.dry_run or options.explain_cache:
            return _show_plan(order, options.explain_cache, console)
        return run_here(order, console)
    except PipelineError as error:
        return refuse(str(error), error.exit_code)
    except KeyboardInterrupt:
        errors.print("interrupted: nothing was pushed; --resume goes on from the finished steps", soft_wrap=True)
        return int(ExitCode.INTERRUPTED)


def run_here(order: Order, console: Console) -> int:
    """Plan, run, show and record one run on this machine; returns the exit code."""
    started = time.monotonic()
    folders = RunFolders(order.config.root.absolute())
    with hold_root(folders), open_lineage(folders.metadata_file) as lineage:
        _save_what_a_killed_run_finished(folders, lineage)
        plan = make_plan(order.config, order.data, lineage, order.selection)
        request = RunRequest(run_id=_new_run_id(), config=order.config, data=order.data, plan=plan, folders=folders)
        _introduce(console, request, order.resumed)
        ImageListings(folders.listings).keep(order.data)
        _record(order, request).write(folders.reports)
        with Screen(console, tuple(step.id for step in request.plan.steps)) as screen:
            result = LocalRunner().run(request, screen)
        summary = summarise(
            request,
            result,
            lineage,
            runner=order.runner,
            seconds=time.monotonic() - started,
            resumes_since=None if was_told(folders.reports, order.resumed) else order.selection.since,
        )
        path = write_summary(summary, folders.report_dir(request.run_id))
    show_summary(console, summary, summary_file=path, log_file=folders.log_file(request.run_id))
    return int(EXIT_CODES[summary.status])


def _run_on_kubeflow(order: Order, options: argparse.Namespace, console: Console) -> int:
    from pathlib import Path

    from pipeline.runners.kubeflow import compile_only, submit

    if options.compile_only:
        return int(compile_only(order.config, order.data, Path(options.compile_only), console))
    return int(submit(order.config, order.data, options.submit, console))


def _show_plan(order: Order, step_id: str | None, console: Console) -> int:
    """Print what would be done, or why one step would be; nothing is written."""
    folders = RunFolders(order.config.root.absolute())
    name = order.config.pipeline_name
    with read_lineage(folders.metadata_file) as lineage:
        plan = make_plan(order.config, order.data, lineage, order.selection)
        listings = ImageListings(folders.listings, now=order.data)
        explainer = Explainer(plan, lineage, listings, pipeline_name=name)
        if step_id is None:
            show_plan(console, plan, explainer, lineage, pipeline_name=name)
            return int(ExitCode.PUSHED_OR_UNCHANGED)
        _check_step(step_id, plan)
        for line in explainer.explain(step_id):
            console.print(line, soft_wrap=True, markup=False, highlight=False)
        return int(ExitCode.PUSHED_OR_UNCHANGED)


def _check_step(step_id: str, plan: Plan) -> None:
    names = [step.id for step in plan.steps]
    if step_id not in names:
        hint = did_you_mean(step_id, names)
        raise UsageError([f"--explain-cache {step_id!r} is no step of this run; steps are {', '.join(names)}.{hint}"])


def _save_what_a_killed_run_finished(folders: RunFolders, lineage: Lineage) -> None:
    record = interrupted_run(folders.reports)
    if record is not None:
        parts = {step_id: KeyParts.from_json(text) for step_id, text in record.key_parts.items()}
        lineage.settle(record.run_id, pipeline_name=record.pipeline_name, parts=parts)


def _record(order: Order, request: RunRequest) -> RunRecord:
    return RunRecord(
        run_id=request.run_id,
        runner=order.runner,
        started=order.selection.since or datetime.now(timezone.utc),
        pipeline_name=order.config.pipeline_name,
        config=order.config.model_dump(mode="json"),
        selection={name: getattr(order.selection, name) for name in ("start", "until", "only")},
        spans=order.data.spans,
        key_parts={step_id: parts.to_json() for step_id, parts in request.plan.parts.items()},
    )


def _introduce(console: Console, request: RunRequest, resumed: str) -> None:
    data, config = request.data, request.config
    models = ", ".join(f"{framework} {config.train_of(framework).model}" for framework in config.frameworks)
    if config.module.source:
        text = f"Run {request.run_id}: TFX module {config.module.source} on {data.path}"
        console.print(text + (f"; resumes {resumed}" if resumed else ""), soft_wrap=True, markup=False)
        return
    console.print(
        f"Run {request.run_id}: {data.images:,} images of {len(data.labels)} classes from {data.path}"
        f"{f', spans {data.spans}' if data.spans else ''};"
        f" {models}; {config.image.size_pixels} px" + (f"; resumes {resumed}" if resumed else ""),
        soft_wrap=True,
        markup=False,
    )
    to_execute = {step.id for step in request.plan.to_execute}
    for framework in config.frameworks:
        start = describe_start(config, framework)
        if start and trainer(framework) in to_execute:
            console.print(f"{start[:1].upper()}{start[1:]}", soft_wrap=True, markup=False, highlight=False)


def _new_run_id() -> str:
    """Return a name that sorts by time and that no other run has."""
    return f"{datetime.now(timezone.utc):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
