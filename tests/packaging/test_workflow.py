"""The workflow file: valid, and it runs what every change must pass on each supported Python."""

import importlib.resources
import json
import re
import subprocess
import tomllib

import jsonschema
import yaml

from tests.docs import pages

WORKFLOW = yaml.load(pages.read(".github/workflows/ci.yml"), yaml.BaseLoader)  # `on` stays a word
[JOB] = WORKFLOW["jobs"].values()
PROJECT = tomllib.loads(pages.read("pyproject.toml"))["project"]


def test_the_file_is_valid_by_the_schema_of_workflows():
    text = importlib.resources.files("check_jsonschema.builtin_schemas.vendor") / "github-workflows.json"
    schema = json.loads(text.read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    loaded = yaml.safe_load(pages.read(".github/workflows/ci.yml"))
    loaded["on"] = loaded.pop(True)
    assert [error.message for error in validator.iter_errors(loaded)] == []


def test_it_runs_on_every_supported_python():
    versions = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    assert JOB["strategy"]["matrix"]["python"] == versions == ["3.11", "3.12", "3.13"]
    assert PROJECT["requires-python"] == ">=3.11,<3.14"
    assert JOB["strategy"]["fail-fast"] == "false"


def test_it_calls_the_script_that_everyone_runs():
    runs = [step["run"] for step in JOB["steps"] if "run" in step]
    assert runs[-1] == "bash .ci/run"
    assert subprocess.run(["bash", "-n", pages.ROOT / ".ci" / "run"], check=False).returncode == 0
    assert {"make check", "make test"} <= set(pages.read(".ci/run").splitlines())


def test_it_may_only_read():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert set(WORKFLOW["on"]) == {"push", "pull_request"}
    assert int(JOB["timeout-minutes"]) <= 90
