"""The recurring runs of the stand-in server: refused and answered as KFP 2.17's source does, and never run."""

import base64
import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from google.protobuf.json_format import ParseError
from kubeflow_recurring_proto import read_recurring_run, write_message
from robfig_cron import RobfigCron, RobfigError

Answer = tuple[int, dict[str, Any]]
Query = dict[str, list[str]]

_DEFAULT_PAGE, _LARGEST_PAGE = 20, 200
_SORT_KEYS = ("id", "recurring_run_id", "name", "display_name", "created_at", "updated_at", "description")
_POLICIES = ("DELETE_PROPAGATION_POLICY_UNSPECIFIED", "FOREGROUND", "BACKGROUND", "ORPHAN")
_DESCRIPTION_CHARACTERS = 255


class Refused(Exception):
    """The server answers with a status and a message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.answer: Answer = status, {"message": message}


@dataclass
class StubRecurringRuns:
    """What the server has.

    Attributes:
        runs: Id to message.
        most_enabled: The largest number that was enabled at one moment.
        deletions: Id and propagation policy of each deletion.
        changes_before_failure: How many changes are made before the server fails all further ones; None: all.
        largest_page: Size of pages, where they are to be smaller than what is asked for.
    """

    runs: dict[str, Any] = field(default_factory=dict)
    most_enabled: int = 0
    deletions: list[tuple[str, str]] = field(default_factory=list)
    changes_before_failure: int | None = None
    largest_page: int = _LARGEST_PAGE

    def answer(self, method: str, parts: list[str], query: Query, body: bytes) -> Answer:
        """Return status and body for a path below `recurringruns`."""
        try:
            if method == "GET":
                return 200, self._list(query) if not parts else write_message(self._get(parts[0]))
            self._fail_when_told()
            if method == "DELETE":
                return 200, self._delete(parts[0], query)
            return 200, self._change(parts, body)
        except Refused as refusal:
            return refusal.answer
        finally:
            self.most_enabled = max(self.most_enabled, len(self.enabled()))

    def enabled(self) -> list[str]:
        """Return the ids of those that start runs."""
        return [run_id for run_id, run in self.runs.items() if write_message(run)["status"] == "ENABLED"]

    def _fail_when_told(self) -> None:
        if self.changes_before_failure is None:
            return
        if self.changes_before_failure == 0:
            raise Refused(503, "going down")
        self.changes_before_failure -= 1

    def _get(self, run_id: str) -> Any:
        if run_id not in self.runs:
            raise Refused(404, f"ResourceNotFoundError: recurring run {run_id} not found.")
        return self.runs[run_id]

    def _change(self, parts: list[str], body: bytes) -> dict[str, Any]:
        if not parts:
            return self._create(body)
        run_id, _, verb = parts[0].partition(":")
        if verb not in ("enable", "disable"):
            raise Refused(404, "Not Found")
        self._set_enabled(self._get(run_id), verb == "enable")
        return {}

    def _create(self, body: bytes) -> dict[str, Any]:
        try:
            run = read_recurring_run(body)
        except ParseError as error:
            raise Refused(400, f"invalid_argument: {error}") from error
        _check(run)
        run.recurring_run_id = str(uuid.uuid4())
        run.created_at.FromDatetime(datetime.now(timezone.utc).replace(microsecond=0))
        self._set_enabled(run, run.mode == 1)
        self.runs[run.recurring_run_id] = run
        return write_message(run)

    def _set_enabled(self, run: Any, is_enabled: bool) -> None:
        run.mode, run.status = (1, 1) if is_enabled else (2, 3)
        run.updated_at.FromDatetime(datetime.now(timezone.utc).replace(microsecond=0))

    def _delete(self, run_id: str, query: Query) -> dict[str, Any]:
        (policy,) = query.get("propagation_policy", [_POLICIES[0]])
        if policy not in _POLICIES:
            raise Refused(400, f"invalid enum value {policy}")
        self._get(run_id)
        del self.runs[run_id]
        self.deletions.append((run_id, policy))
        return {}

    def _list(self, query: Query) -> dict[str, Any]:
        size = _page_size(query)
        wanted = [run for run in self.runs.values() if _matches(run, query)]
        _check_sorting(query)
        first = _first_of_page(query)
        page = wanted[first : first + min(size, self.largest_page)]
        answer: dict[str, Any] = {
            "recurringRuns": [write_message(run) for run in page],
            "total_size": len(wanted),
        }
        if first + len(page) < len(wanted):
            answer["next_page_token"] = _token(first + len(page), query)
        return {name: value for name, value in answer.items() if value}


def _check(run: Any) -> None:
    if not run.display_name:
        raise Refused(500, "InternalServerError: Recurring run's name cannot be empty")
    if not 1 <= run.max_concurrency <= 10:
        raise Refused(400, "Max concurrency of a recurring run must be at least 1 and at most 10.")
    if run.trigger.HasField("cron_schedule"):
        try:
            RobfigCron(run.trigger.cron_schedule.cron)
        except RobfigError as error:
            raise Refused(400, f"Schedule cron is not a supported format: {error}") from error
    if run.trigger.HasField("periodic_schedule") and run.trigger.periodic_schedule.interval_second < 1:
        raise Refused(400, "Found invalid period schedule interval. Set at interval to least 1 second")
    if run.WhichOneof("pipeline_source") is None:
        raise Refused(500, "Cannot create a job with an empty pipeline ID")
    if len(run.description) > _DESCRIPTION_CHARACTERS:
        raise Refused(500, "Error 1406: Data too long for column 'Description' at row 1")


def _page_size(query: Query) -> int:
    size = int(query.get("page_size", ["0"])[0])
    if size < 0:
        raise Refused(400, f"The page size should be greater than 0. Got {size}")
    return min(size or _DEFAULT_PAGE, _LARGEST_PAGE)


def _check_sorting(query: Query) -> None:
    words = query.get("sort_by", [""])[0].lower().split()
    if len(words) > 2 or words[1:] not in ([], ["asc"], ["desc"]) or (words and words[0] not in _SORT_KEYS):
        raise Refused(400, f"Received invalid sort by format {words}")


def _matches(run: Any, query: Query) -> bool:
    content = write_message(run)
    for predicate in _predicates(query):
        key, operation = predicate.get("key"), predicate.get("operation")
        value = predicate.get("stringValue", predicate.get("string_value"))
        if key not in ("display_name", "description", "recurring_run_id") or value is None:
            raise Refused(400, f"no support for filtering on {key}")
        if operation not in ("EQUALS", "IS_SUBSTRING"):
            raise Refused(400, f"invalid operation {operation}")
        # MySQL's usual collation does not tell capitals from small letters.
        have, want = content.get(key, "").lower(), value.lower()
        if have != want if operation == "EQUALS" else want not in have:
            return False
    experiment, namespace = query.get("experiment_id", [""])[0], query.get("namespace", [""])[0]
    return (not experiment or content.get("experiment_id") == experiment) and (
        not namespace or content.get("namespace", namespace) == namespace
    )


def _predicates(query: Query) -> list[dict[str, Any]]:
    if "filter" not in query:
        return []
    predicates: list[dict[str, Any]] = json.loads(query["filter"][0])["predicates"]
    return predicates


def _token(first: int, query: Query) -> str:
    return base64.b64encode(json.dumps([first, query.get("filter", [""])]).encode()).decode()


def _first_of_page(query: Query) -> int:
    (token,) = query.get("page_token", [""])
    if not token:
        return 0
    try:
        first, filter_then = json.loads(base64.b64decode(token, validate=True))
    except ValueError as error:
        raise Refused(400, "Invalid page token") from error
    if "filter" in query and query["filter"] != filter_then:
        raise Refused(400, "page token does not match the supplied sort by and/or filtering criteria")
    return int(first)
