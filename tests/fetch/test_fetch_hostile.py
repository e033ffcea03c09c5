"""The hostile routes of the shared rig: each fetch ends as expected, in time."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from worker.errors import BlockedAddress, FetchError, PermanentFetchError, TransientFetchError
from worker.records import Fetched, NotModified

SHARED = Path(os.environ.get("WIREROOM_SHARED") or Path(__file__).parents[3] / "shared")
RIG = SHARED / "rig" / "origin.py"
pytestmark = pytest.mark.skipif(not RIG.is_file(), reason=f"the shared rig is not at {RIG}")

# Expected end of each route; all other routes are complete documents for the parser.
FAILURES = {
    TransientFetchError: [
        "slow-body", "slow-head", "hang", "late", "huge-headers", "redirect-tls", "length-long",
        "length-short", "length-twice", "chunk-garbage", "chunk-cut", "gzip-cut", "gzip-lie", "close",
        "reset", "garbage", "status", "recovers", "always-304", "cookie-flood",
    ],
    PermanentFetchError: [
        "endless", "endless-line", "gzip-bomb", "gzip-bomb-twice", "big", "redirect-loop", "redirect-chain",
        "redirect-empty", "encoding-unknown", "challenge", "cookies",
    ],
    BlockedAddress: [
        "redirect-metadata", "redirect-file", "redirect-ftp", "redirect-gopher", "redirect-private",
        "redirect-ipv6", "redirect-decimal", "redirect-data", "redirect-redis",
    ],
}  # fmt: skip
EXPECTED = {name: kind for kind, names in FAILURES.items() for name in names}
EITHER = {"flaky"}  # randomly a good feed or a failure
QUERY = {"gzip-bomb": "?mb=64", "gzip-bomb-twice": "?mb=8"}
SLOW = {"slow-body", "slow-head", "hang", "late", "redirect-tls"}  # last until the deadline, so it is short


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    """The base URL of a running rig."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("rig") / "out.txt"
    command = [sys.executable, str(RIG), "--port", str(port), "--feeds", "4", "--lazy"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=log.parent, stdout=out, stderr=out)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def test_every_hostile_route_ends_as_expected(rig, get):
    with urllib.request.urlopen(f"{rig}/x/") as answer:
        names = [route["name"] for route in json.load(answer)]
    assert len(names) > 50
    wrong = []
    for name in names:
        try:
            url = f"{rig}/x/{name}{QUERY.get(name, '')}"
            result = get(url, timeout_s=1.0 if name in SLOW else 30.0, max_bytes=1 << 20)
        except FetchError as exc:
            result = exc
        right = EXPECTED.get(name, Fetched)
        if name not in EITHER and type(result) is not right:
            wrong.append(f"{name}: {result!r} instead of {right.__name__}")
    assert wrong == []


def test_a_late_response_within_the_deadline_is_a_success(rig, get):
    assert get(f"{rig}/x/late?delay=0.2").status == 200


@pytest.mark.parametrize("code", [301, 302, 308])
def test_redirects_are_followed_and_reported(rig, get, code):
    answer = get(f"{rig}/x/moved?code={code}")
    assert [hop.status for hop in answer.redirects] == [code]
    assert answer.url == answer.redirects[0].url != f"{rig}/x/moved?code={code}"


def test_a_short_chain_is_followed(rig, get):
    assert [hop.status for hop in get(f"{rig}/x/redirect-chain?n=3").redirects] == [301, 301, 301]


def test_a_body_in_a_304_is_ignored(rig, get):
    first = get(f"{rig}/x/304-body")
    assert isinstance(get(f"{rig}/x/304-body", etag=first.headers["etag"]), NotModified)


def test_feeds_return_304_to_their_own_validators(rig, get):
    first = get(f"{rig}/f/0.xml")
    again = get(f"{rig}/f/0.xml", etag=first.headers["etag"], last_modified=first.headers["last-modified"])
    assert isinstance(again, NotModified)
