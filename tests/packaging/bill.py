"""Write the bill of materials of the locked packages, in CycloneDX: `python -m tests.packaging.bill`.

It goes into the wheel, so that whoever installs it can look up its parts without resolving anything.
"""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(?:\s*;\s*([^\\]+))?", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def read_lock(text: str) -> list[dict[str, Any]]:
    """The packages of a lock file as components, with the hashes of their files."""
    found, places = [], list(_PACKAGE.finditer(text))
    for place, after in zip(places, [*places[1:], None], strict=True):
        name, version = place[1].lower(), place[2]
        body = text[place.end() : after.start() if after else len(text)]
        purl = f"pkg:pypi/{name}@{version}"
        component = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
        component["hashes"] = [{"alg": "SHA-256", "content": digest} for digest in _HASH.findall(body)]
        if place[3]:
            component["properties"] = [{"name": "python:marker", "value": place[3].strip()}]
        found.append(component)
    return found


def make_bill() -> dict[str, Any]:
    """The bill of this version: what `requirements.txt` locks."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    components = read_lock((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    about = {"type": "application", "bom-ref": own, "name": project["name"], "version": project["version"]}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {**about, "purl": own, "licenses": [{"license": {"id": project["license"]}}]}
        },
        "components": components,
    }


def write_bill(bill: dict[str, Any]) -> str:
    """The bill as JSON with a line for each component, so that a change of one is a change of a line."""
    head = json.dumps({**bill, "components": []}).removesuffix("]}")
    return f"{head}\n" + ",\n".join(map(json.dumps, bill["components"])) + "\n]}\n"


if __name__ == "__main__":
    sys.stdout.write(write_bill(make_bill()))
