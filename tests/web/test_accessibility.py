"""Every page by the rules of axe-core, in light and dark, at phone and desk width.

axe-core is not among the locked requirements: it runs where `AXE_PATH` names its `axe.min.js`, or where
`npm install --no-save axe-core` has put it into `node_modules` of this directory.
"""

import os
from pathlib import Path

import pytest

from tests.store.samples import later
from tests.support.schema import with_schema
from tests.web.conftest import Site, settings_for
from tests.web.pictures import PLACES, SIZES, furnish
from worker.store import Database

INSTALLED = Path("node_modules/axe-core/axe.min.js")
MORE = {"job": "/jobs/1", "no story": "/stories?since=1s", "bad request": "/stories?limit=0"}
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = f"async () => (await axe.run(document, {{runOnly: {LEVELS}}})).violations"


@pytest.fixture(scope="module")
def axe():
    path = Path(os.environ.get("AXE_PATH") or INSTALLED)
    if not path.is_file():
        pytest.skip(
            "accessibility is not checked: no axe-core; `npm install --no-save axe-core`, or set AXE_PATH"
        )
    return path.read_text()


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    settings = settings_for(tmp_path_factory.mktemp("axe"))
    furnish(with_schema(Database(settings.database_url))).close()
    site = Site(settings, later(86_400 + 3 * 3600))
    yield site.port
    site.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_no_rule_is_broken(browser, axe, port, theme, size):
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
    page.set_default_timeout(120_000)
    told = []
    for name, path in {**PLACES, **MORE}.items():
        page.goto(f"http://127.0.0.1:{port}{path}")
        page.evaluate(axe)
        told += [
            f"{name}: {fault['id']} ({fault['impact']}): {fault['help']}: {node['html'][:200]}"
            for fault in page.evaluate(RUN)
            for node in fault["nodes"]
        ]
    page.close()
    assert told == []
