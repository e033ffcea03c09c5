"""What is fuzzed: functions that get untrusted bytes, with texts to begin from and the errors they may raise."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.parse import folder_of_samples
from worker.agencies.closing import find_credit_line
from worker.agencies.marks import find_late_dateline, find_take, read_dateline
from worker.config.feed_list import read_feed_list
from worker.config.load import load_config
from worker.dedupe import Signature, make_signature
from worker.durations import parse_duration
from worker.errors import WireroomError
from worker.extract.credit import extract_credit
from worker.extract.extractor_input import make_extractor_input
from worker.extract.facts.facts import extract_facts
from worker.fetch.content_coding import CodingError, new_decoder
from worker.fetch.robots import parse_robots
from worker.fetch.url import host_of, parse_target, resolve_redirect
from worker.parse.reader import read_feed
from worker.parse.text import clean_text, html_to_text, title_to_text
from worker.parse.urls import canonicalize_url, resolve_url
from worker.records import FeedMetadata
from worker.redaction import display_url, redact
from worker.text.charset import decode
from worker.text.cursors import decode_cursor
from worker.text.dates import read_date
from worker.text.language import detect_language, normalize_lang
from worker.text.search_terms import index_terms, query_terms
