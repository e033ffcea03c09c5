"""The description of the JSON pages as an OpenAPI 3.1 document."""

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from worker.web.page import Page, Request, Route

Schema = Mapping[str, Any]

TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
TEXT: Schema = {"type": ["string", "null"]}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": ["number", "null"]}
FLAG: Schema = {"type": "boolean"}
OBJECT: Schema = {"type": ["object", "null"]}
LIST: Schema = {"type": "array"}


def ref(name: str) -> Schema:
    """A reference to a schema of this document."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(about: str, **properties: Schema) -> Schema:
    """An object that has all of these properties, and may get others in later versions."""
    return {"type": "object", "description": about, "required": list(properties), "properties": properties}


def _list_of(name: str) -> Schema:
    about = "One page of a list; `next` is the cursor of the following page, or null."
    return _object(about, items={"type": "array", "items": ref(name)}, next=TEXT)


_MEMBER = {
    "article": COUNT, "feed": TEXT, "url": TEXT, "title": TEXT, "role": TEXT, "similarity": NUMBER,
    "published_at": TIME, "fetched_at": TIME, "agency": TEXT, "length": COUNT, "take": COUNT,
    "take_kind": TEXT, "is_agency": FLAG, "state": TEXT, "reasons": OBJECT, "lag_s": NUMBER,
}  # fmt: skip
_STORY = {
    "id": COUNT, "title": TEXT, "agency": TEXT, "first_seen_at": TIME, "last_seen_at": TIME, "copies": COUNT,
    "mark": TEXT, "lead": COUNT, "outlets": COUNT, "decisions": LIST,
}  # fmt: skip
_ARTICLE = {
    "id": COUNT, "feed": TEXT, "guid": TEXT, "url": TEXT, "canonical_url": TEXT, "title": TEXT,
    "summary": TEXT, "text": TEXT, "text_from": TEXT, "author": TEXT, "lang": TEXT, "published_at": TIME,
    "updated_at": TIME, "fetched_at": TIME,
    "agency": TEXT, "dateline": TEXT, "story": COUNT, "role": TEXT, "similarity": NUMBER,
    "state": TEXT, "versions": COUNT, "text_is_before_edit": FLAG, "story_mark": TEXT,
}  # fmt: skip
_FEED = {
    "id": TEXT, "url": TEXT, "effective_url": TEXT, "state": TEXT, "enabled": FLAG,
    "http_status": {"type": ["integer", "null"]}, "last_outcome": TEXT, "last_error": TEXT,
    "error_streak": COUNT,
    "last_polled_at": TIME, "last_success_at": TIME, "last_new_at": TIME, "next_due_at": TIME,
    "next_due_reason": TEXT, "interval_s": NUMBER, "quiet_at": TIME,
}  # fmt: skip
_MESSAGE = {
    "id": COUNT, "receiver": TEXT, "message": TEXT, "kind": TEXT, "story": COUNT, "article": COUNT,
    "title": TEXT, "state": TEXT, "attempts": COUNT, "next_attempt_at": TIME, "note": TEXT,
    "created_at": TIME, "finished_at": TIME,
}  # fmt: skip
_RECEIVER = {
    "name": TEXT, "state": TEXT, "failures": COUNT, "not_before_at": TIME, "paused_at": TIME, "note": TEXT,
    "events": LIST, "waiting": COUNT, "dead": COUNT, "sent_at": TIME,
}  # fmt: skip
_JOB = {
    "id": COUNT, "article": COUNT, "kind": TEXT, "version": TEXT, "state": TEXT, "attempts": COUNT,
    "next_attempt_at": TIME, "error": TEXT, "created_at": TIME, "finished_at": TIME,
    "reread_at": TIME, "feed": TEXT, "title": TEXT,
}  # fmt: skip
_SIDE = {
    "article": COUNT, "feed": TEXT, "title": TEXT, "known_from": TEXT, "at": TIME, "version": COUNT,
    "text_is_before_edit": FLAG,
    "words": TEXT, "excluded": LIST,
}  # fmt: skip
_SPAN = _object("A part of a text: `same`, `cut` or `added`.", kind=TEXT, text={"type": "string"})

SCHEMAS: Mapping[str, Schema] = {
    "Error": _object("Why a request was refused, in one sentence.", error={"type": "string"}),
    "Member": _object("A copy in a story.", **_MEMBER),
    "MemberWithEdits": _object(
        "A copy with what its outlet changed and what is related.", **_MEMBER, edits={"type": "object"},
        relations=LIST,
    ),
    "StoryInList": _object(
        "A story with its lead and first copies.", **_STORY, members={"type": "array", "items": ref("Member")}
    ),
    "Story": _object(
        "A story.", **_STORY, members={"type": "array", "items": ref("MemberWithEdits")},
        notices=LIST,
    ),
    "ArticleInList": _object("An article.", **_ARTICLE),
    "Article": _object(
        "An article.", **_ARTICLE, sources=OBJECT, relations=LIST, extracted=LIST, notices=LIST
    ),
    "FeedInList": _object("A feed.", **_FEED),
    "Feed": _object(
        "A feed.", **_FEED, polls=COUNT, articles=COUNT, last_polls=LIST, events=LIST, last_day=LIST
    ),
    "JobInList": _object("An extraction job.", **_JOB),
    "Job": _object("An extraction job.", **_JOB, extracted=LIST),
    "MessageInList": _object("A message of push.", **_MESSAGE),
    "Message": _object("A message of push with its body.", **_MESSAGE, body=OBJECT),
    "Receiver": _object("A receiver of push.", **_RECEIVER),
    "MessageList": _object(
        "Receivers, and one page of messages; `next` is the cursor of the following page, or null.",
        items={"type": "array", "items": ref("MessageInList")}, next=TEXT,
        receivers={"type": "array", "items": ref("Receiver")},
    ),
    "Side": _object("One of two texts that are compared.", **_SIDE),
    "Passage": _object(
        "Whole paragraphs, equal in both texts or not.", same=FLAG, spans={"type": "array", "items": _SPAN}
    ),
    "Comparison": _object(
        "Two texts word by word.", old=ref("Side"), new=ref("Side"), summary={"type": "string"},
        title={"type": "array", "items": ref("Passage")}, text={"type": "array", "items": ref("Passage")},
    ),
    "Status": _object(
        "Figures, and what needs attention.", feeds=OBJECT, jobs=OBJECT, articles=COUNT, stories=COUNT,
        needs={"type": "array", "items": {"type": "string"}}, workers=LIST, config=OBJECT,
    ),
    "StoryList": _list_of("StoryInList"),
    "ArticleList": _list_of("ArticleInList"),
    "FeedList": _list_of("FeedInList"),
    "JobList": _list_of("JobInList"),
}  # fmt: skip
PARAMETERS: Mapping[str, str] = {
    "search": "All of these words, in any case, in title, summary or text of an article.",
    "tag": "A tag of the feed.",
    "agency": "The credited agency.",
    "lang": "The language; `pt` includes `pt-BR`.",
    "since": 'A duration back ("6h", "7d"), an RFC 3339 time, or "all". By default 7 days.',
    "copies": "At least this many copies.",
    "limit": "At most this many items, or copies of one story.",
    "cursor": "The `next` of the page before.",
    "feed": "The id of a feed.",
    "story": "The id of a story.",
    "state": "A state.",
    "host": "A host, in lower case.",
    "kind": "A kind of extraction, or of message.",
    "receiver": "The name of a receiver of push.",
    "first": "The number of an article.",
    "second": "The number of another article.",
}
ERRORS = {
    "400": "The request cannot be answered as it is.",
    "404": "There is no such thing.",
    "503": "Not now.",
}


def show_document(routes: Iterable[Route], request: Request) -> Page:
    """The OpenAPI document of the routes."""
    paths = {address: {"get": _operation(route)} for route in routes for address in json_addresses(route)}
    data = {
        "openapi": "3.1.0",
        "info": {
            "title": "wireroom", "version": version("wireroom"),
            "description": "Every page as an object: the same address with `.json`. Fields may be added.",
        },
        "servers": [{"url": request.base}],
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }  # fmt: skip
    return Page("OpenAPI", "", data)


def json_addresses(route: Route) -> list[str]:
    """The addresses at which a route responds with JSON of this document's schemas."""
    return [f"{route.path}.json"] if ".json" in route.endings and route.schema else []


def _operation(route: Route) -> dict[str, Any]:
    named = re.findall(r"\{(\w+)\}", route.path)
    where = [{"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in named]
    where += [
        {"name": n, "in": "query", "description": PARAMETERS[n], "schema": {"type": "string"}}
        for n in route.params
    ]
    content = {"application/json": {"schema": ref(route.schema)}}
    refused = {"application/json": {"schema": ref("Error")}}
    responses = {"200": {"description": route.about, "content": content}}
    responses |= {code: {"description": about, "content": refused} for code, about in ERRORS.items()}
    return {"summary": route.about, "parameters": where, "responses": responses}
