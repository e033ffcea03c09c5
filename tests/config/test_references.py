"""Where a config refers to secrets: all places, with the line of the key or of its table."""

import os

from worker.config import find_references

TEXT = """[alerts]
webhook = "env:HOOK"

[[feed]]
id = "a"
url = "https://a.example.org/"
tags = ["env:TAG"]
auth = { type = "basic", user = "env:USER_NAME", password = "env:DESK" }

[[feed]]
id = "b"
url = "https://b.example.org/"
headers = { "X-Key" = "file:/run/secrets/key", "X-Client" = "desk" }
[feed.auth]
type = "bearer"
token = "env:DESK"

[[push]]
name = "cms"
url = "env:CMS"
secrets = ["env:NEW", "env:OLD"]
"""
MORE = '[[feed]]\nid = "c"\nurl = "https://c.example.org/"\nauth.type = "bearer"\nauth.token = "env:DESK"\n'


def test_every_reference_has_its_places(tmp_path):
    """In all files; other values that look alike are none, as are those of a file that cannot be read."""
    path = tmp_path / "feeds.toml"
    assert find_references(path) == {}
    path.write_text(TEXT)
    (tmp_path / "feeds.d").mkdir()
    (tmp_path / "feeds.d" / "more.toml").write_text(MORE)
    found = find_references(path)
    assert found == {
        "env:HOOK": ("feeds.toml:2",),
        "env:DESK": ("feeds.toml:8", "feeds.toml:16", "feeds.d/more.toml:5"),
        "file:/run/secrets/key": ("feeds.toml:13",),
        "env:CMS": ("feeds.toml:20",),
        **dict.fromkeys(("env:NEW", "env:OLD"), ("feeds.toml:21",)),
    }


def test_a_changed_file_is_read_again(tmp_path):
    path = tmp_path / "feeds.toml"
    path.write_text(TEXT)
    assert "env:HOOK" in find_references(path)
    path.write_text(TEXT.replace("HOOK", "OTHER"))
    os.utime(path, (1, 1))
    assert "env:OTHER" in find_references(path)
