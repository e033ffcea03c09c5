"""The pages of extraction jobs, and of what needs attention."""

from typing import Any

from worker.errors import ServiceError
from worker.flows.status import read_status
from worker.flows.turns import OneAtATime
from worker.records import JobState
from worker.store import job_listing
from worker.store import results as result_store
from worker.store.windows import job_end
from worker.views.extractions import finding_lines
from worker.web.lookups import require_known
from worker.web.page import Page, Request, page_of
from worker.web.params import NotFoundError, make_cursor
from worker.web.stories import id_of

PARAMS = ("state", "kind", "feed", "host", "limit", "cursor")
USUAL, MOST = 50, 200
WAIT_S = 1.0
TONES = {
    "pending": "", "queued": "", "running": "live", "done": "good", "failed": "warn", "dead": "bad",
}  # fmt: skip
_READING = OneAtATime(waiting=1)


def show_jobs(request: Request) -> Page:
    """The newest jobs. Raises NotFoundError for an unknown feed."""
    params, states = request.params, [state.value for state in JobState]
    wanted = {"state": params.one_of("state", states)}
    wanted |= {name: params.text(name) for name in ("kind", "feed", "host")}
    top, after = params.number("limit", USUAL, MOST), params.after_id()
    with request.db.read() as connection:
        require_known(connection, params)
        # what few jobs have is looked for in a part of them; those of a state and of a feed are in an index
        is_indexed = wanted["feed"] or wanted["state"] not in {None, JobState.DONE.value}
        is_long = not is_indexed and (wanted["kind"] or wanted["host"])
        end = job_end(connection, before=after) if is_long else None
        rows = job_listing.newest_jobs(connection, limit=top + 1, after=after, lowest=end, **wanted)
    data = page_of(rows, top, lambda row: make_cursor(row["id"]))
    if data["next"] is None and end is not None:
        data["next"] = make_cursor(end)
    return Page("Jobs", "jobs.html", data, {"states": states, "tones": TONES})


def show_job(request: Request) -> Page:
    """One job with its result. Raises NotFoundError."""
    number = id_of(request.path[0], "job")
    with request.db.read() as connection:
        row = next(iter(job_listing.newest_jobs(connection, job=number, limit=1)), None)
        if row is None:
            raise NotFoundError(f"no job {number}")
        results = result_store.newest_results(connection, row["article"])
    own = [one for one in results if one["kind"] == row["kind"]]
    more = {"job": row, "findings": finding_lines(own), "tones": TONES, "monitor": monitor_url(request)}
    return Page(f"Job {number}", "job.html", {**row, "extracted": own}, more)


def show_needs(request: Request) -> Page:
    """What needs attention, and the figures of the service, as `wireroom status`.

    One request reads them and one waits, since a broker may not respond. Raises ServiceError for others.
    """
    with _READING.entered(wait_s=WAIT_S) as is_inside:
        if not is_inside:
            raise ServiceError("the figures are being read for other requests; try again in a moment")
        status: dict[str, Any] = read_status(request.settings)
    return Page("Needs", "needs.html", status, {"status": status, "monitor": monitor_url(request)})


def monitor_url(request: Request) -> str:
    """The list of tasks in Flower, which runs on the host by which the reader came."""
    host = request.base.partition("://")[2].partition("/")[0]
    name = host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
    return f"http://{name}:{request.settings.flower_port}/tasks"
