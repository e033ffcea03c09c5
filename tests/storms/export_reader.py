"""A program that reads an export of articles and goes on at its cursor after a kill.

Run as `python export_reader.py follow|file FOLDER`, both to the end of `rows.jsonl`: `follow`
stores the cursor with each row, `file` lets the command keep its cursor in a file.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

EXPORT = [str(Path(sys.executable).with_name("wireroom")), "export", "articles"]
PAUSE_S = 0.2


def cut_draft(rows: Path) -> str:
    """Remove an incomplete last line; returns the last whole one, or nothing."""
    rows.touch()
    data = rows.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        os.truncate(rows, len(whole))
    return whole.decode().rpartition("\n")[0].rpartition("\n")[2]


def follow(rows: Path) -> None:
    """Store rows as they come, until the export ends."""
    last = cut_draft(rows)
    after = ["--after", json.loads(last)["cursor"]] if last else []
    command = [*EXPORT, "--follow", "--cursors", *after]
    with rows.open("ab", buffering=0) as file, subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        for line in process.stdout or ():
            file.write(line)


def export_once(rows: Path) -> None:
    """Append what changed since the cursor in the file."""
    cut_draft(rows)
    with rows.open("ab") as file:
        subprocess.run([*EXPORT, "--cursor-file", str(rows.with_name("cursor"))], stdout=file, check=False)


if __name__ == "__main__":
    read = follow if sys.argv[1] == "follow" else export_once
    while os.getppid() != 1:  # whoever started it is there
        read(Path(sys.argv[2], "rows.jsonl"))
        time.sleep(PAUSE_S)
