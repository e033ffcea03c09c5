"""The addresses of the pages."""

import re
from functools import partial

from worker.web import articles, compare, feeds, jobs, openapi, push, stories, syndication
from worker.web.page import Route

PART = r"([^/]{1,600}?)"  # of an address, still percent-encoded
AS_FEED = ("",)


def pattern_of(route: Route, ending: str) -> str:
    """The regular expression of a route's address with one of its endings."""
    path = re.sub(r"\\\{\w+\\\}", lambda _: PART, re.escape(route.path))
    return f"{path}{re.escape(ending)}"


_PAGES: tuple[Route, ...] = (
    Route("/", stories.show_stories, stories.PARAMS, "What spreads now.", endings=("",)),
    Route(
        "/stories.atom", syndication.story_atom, syndication.STORY_PARAMS,
        "Stories as Atom: one entry each, updated when the story gets a copy or is corrected.",
        endings=AS_FEED,
    ),
    Route(
        "/stories.feed.json", syndication.story_json_feed, syndication.STORY_PARAMS,
        "Stories as JSON Feed 1.1.", endings=AS_FEED,
    ),
    Route(
        "/articles.atom", syndication.article_atom, syndication.ARTICLE_PARAMS, "Articles as Atom.",
        endings=AS_FEED,
    ),
    Route(
        "/articles.feed.json", syndication.article_json_feed, syndication.ARTICLE_PARAMS,
        "Articles as JSON Feed 1.1.", endings=AS_FEED,
    ),
    Route("/stories", stories.show_stories, stories.PARAMS, "Stories, the latest copy first.", "StoryList"),
    Route("/stories/{id}", stories.show_story, stories.STORY_PARAMS, "One story: copies, edits.", "Story"),
    Route("/articles", articles.show_articles, articles.PARAMS, "Articles, newest first.", "ArticleList"),
    Route("/articles/{id}", articles.show_article, (), "One article with what was extracted.", "Article"),
    Route(
        "/articles/{id}/versions/{number}", compare.show_version, (),
        "What an edit changed in place: version `number` against the one before.", "Comparison",
    ),
    Route("/compare", compare.choose_pair, ("first", "second"), "Two articles word by word.", "Comparison"),
    Route("/compare/{first}/{second}", compare.show_pair, (), "Two articles word by word.", "Comparison"),
    Route("/feeds", feeds.show_feeds, feeds.PARAMS, "Feeds by id.", "FeedList"),
    Route("/feeds/{id}", feeds.show_feed, (), "One feed with its polls and events.", "Feed"),
    Route("/jobs", jobs.show_jobs, jobs.PARAMS, "Extraction jobs, newest first.", "JobList"),
    Route("/jobs/{id}", jobs.show_job, (), "One job with its result.", "Job"),
    Route("/push", push.show_messages, push.PARAMS, "Receivers and messages, newest first.", "MessageList"),
    Route("/push/{id}", push.show_message, (), "One message as it is posted.", "Message"),
    Route("/needs", jobs.show_needs, (), "Figures, and what needs attention.", "Status"),
)  # fmt: skip
_DESCRIPTION = Route(
    "/openapi", partial(openapi.show_document, _PAGES), (), "This description.", endings=(".json",)
)
ROUTES = (*_PAGES, _DESCRIPTION)
