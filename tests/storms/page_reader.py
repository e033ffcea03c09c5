"""A program that reads a list of the web pages over and over, and goes on at its cursor after a kill.

Run as `python page_reader.py URL FOLDER`. It appends each page that it read to
`pages.jsonl`, and then puts the cursor behind it into `place`: a kill in between has the page read once more.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

WORK_S = 0.1  # on a page, during which kills come
PAUSE_S = 0.1  # between two walks, and before another attempt
TIMEOUT_S = 20.0


def read_page(url: str) -> dict[str, Any]:
    """A page of the list; tried until the web role responds, which may be killed, too."""
    while True:
        try:
            with urllib.request.urlopen(url, timeout=TIMEOUT_S) as response:
                page: dict[str, Any] = json.load(response)
                return page
        except (OSError, ValueError) as exc:
            if isinstance(exc, urllib.error.HTTPError) and exc.code != 503:
                raise
            time.sleep(PAUSE_S)


def read_place(folder: Path) -> tuple[int, str]:
    """The number of the walk and the cursor to go on with, empty at the beginning."""
    try:
        walk, cursor = json.loads((folder / "place").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return 1, ""
    return walk, cursor


def keep_place(folder: Path, walk: int, cursor: str) -> None:
    """Replace the place, never half written."""
    draft = folder / "place.new"
    draft.write_text(json.dumps([walk, cursor]), encoding="utf-8")
    draft.replace(folder / "place")


def walk_on(url: str, folder: Path) -> None:
    """Read the next page, and store its ids before the place behind it."""
    walk, cursor = read_place(folder)
    page = read_page(f"{url}&cursor={cursor}" if cursor else url)
    ids = [item["id"] for item in page["items"]]
    row = {"walk": walk, "cursor": cursor, "ids": ids, "is_last": page["next"] is None}
    with (folder / "pages.jsonl").open("ab", buffering=0) as file:
        file.write(json.dumps(row).encode() + b"\n")
    time.sleep(WORK_S)
    if page["next"] is None:
        keep_place(folder, walk + 1, "")
        time.sleep(PAUSE_S)
    else:
        keep_place(folder, walk, page["next"])


if __name__ == "__main__":
    while os.getppid() != 1:  # whoever started it is there
        walk_on(sys.argv[1], Path(sys.argv[2]))
