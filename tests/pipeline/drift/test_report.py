import io

from rich.console import Console

from pipeline.drift.report import ComparedFeature, DriftReport, show_report


def shown(report: DriftReport) -> str:
    screen = io.StringIO()
    show_report(Console(file=screen, width=100), report)
    return screen.getvalue()


def report(*compared: ComparedFeature, **changes: object) -> DriftReport:
    values: dict[str, object] = {
        "model": "pets",
        "version": 7,
        "has_drifted": any(one.has_drifted for one in compared),
        "compared": compared,
        "reasons": (),
        "notes": (),
    }
    return DriftReport.model_validate(values | changes)


def feature(distance: float) -> ComparedFeature:
    return ComparedFeature(what="span 4", feature="width", distance=distance, limit=0.1, has_drifted=distance > 0.1)


def test_distances_reasons_and_verdict_are_shown() -> None:
    lines = shown(report(feature(0.25), reasons=("width of span 4 is far away",))).splitlines()

    assert lines[1].split() == ["span", "4", "width", "0.250", "0.1", "drift"]
    assert lines[-2:] == ["Width of span 4 is far away", "Drift from what version 7 of pets was trained on"]


def test_no_drift_and_nothing_to_compare_are_told_apart() -> None:
    assert "No drift from what version 7" in shown(report(feature(0.05)))
    assert "Nothing to compare with what version 7" in shown(report(notes=("no span is newer",)))
