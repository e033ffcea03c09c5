"""The pages in a real Chromium: no script runs, the policy refuses nothing, nothing is too wide."""

import pytest

PATHS = [
    "/stories?since=all", "/stories/1", "/stories/5", "/articles?since=all", "/articles/5", "/compare/1/2",
    "/compare/5/6", "/feeds", "/feeds/wire", "/jobs", "/jobs/1", "/push", "/push/1", "/stories?since=never",
]  # fmt: skip


@pytest.fixture(scope="module")
def tab(browser, small_site):
    """A phone-wide page of a server, and what the browser complained about."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_default_timeout(120_000)
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("pageerror", lambda error: said.append(str(error)))
    port = small_site().port

    def open_page(path):
        said.clear()
        page.goto(f"http://127.0.0.1:{port}{path}")
        return page, [text for text in said if "status of 400" not in text]

    return open_page


@pytest.mark.parametrize("path", PATHS)
def test_no_script_runs_and_nothing_is_refused(tab, path):
    page, said = tab(path)
    assert said == []
    assert page.title() != "hit"
    assert page.title().endswith("wireroom")


@pytest.mark.parametrize("path", PATHS)
def test_a_phone_needs_no_scrolling_to_the_side(tab, path):
    page, _ = tab(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("width", [360, 390])
def test_the_menu_is_one_line_on_a_phone(tab, width):
    page, _ = tab("/stories")
    page.set_viewport_size({"width": width, "height": 844})
    links = page.locator("nav a:not(.brand)")
    tops = links.evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert len(tops) == 6
    assert len(set(tops)) == 1
    home = page.get_by_role("link", name="wireroom").bounding_box()
    assert home["width"] > 0
    assert home["x"] < links.first.bounding_box()["x"]


def test_no_choice_of_a_form_is_cut_on_a_phone(tab):
    """The words of each choice fit its field, beside the arrow."""
    page, _ = tab("/stories/1")
    rooms = page.locator("select").evaluate_all(
        """all => all.flatMap(field => [...field.options].map(option => {
            const span = document.createElement("span");
            span.textContent = option.textContent.trim();
            span.setAttribute("class", "badge");
            document.body.append(span);
            span.style.font = getComputedStyle(field).font;
            const wide = span.getBoundingClientRect().width;
            span.remove();
            return [option.textContent, field.clientWidth - wide];
        }))"""
    )
    assert rooms
    for text, room in rooms:
        assert room >= 24, text


@pytest.mark.parametrize("path", ["/feeds", "/push", "/jobs"])
@pytest.mark.parametrize("width", [360, 390])
def test_every_cell_of_a_table_is_within_a_phone_and_named(tab, path, width):
    page, _ = tab(path)
    page.set_viewport_size({"width": width, "height": 844})
    cells = page.locator(".stack tbody td").evaluate_all(
        "all => all.map(one => [one.getBoundingClientRect().right, one.scrollWidth - one.clientWidth,"
        " getComputedStyle(one, '::before').content, getComputedStyle(one).display, one.textContent])"
    )
    assert cells
    for right, beyond, label, display, text in cells:
        assert right <= width, text
        assert beyond <= 0, text
        assert len(label) > 4, text  # in quotes
        assert display == "block" or not text, text


def test_a_link_of_the_time_line_leads_to_its_copy(tab):
    page, _ = tab("/stories/1")
    page.locator("svg.line a").nth(1).click()
    assert page.url.endswith("#a2")
    assert page.locator("#a2").is_visible()


def test_the_whole_way_from_the_list_to_a_comparison(tab):
    page, _ = tab("/stories?since=all")
    page.get_by_role("link", name="Ferry links islands").click()
    page.get_by_role("link", name="Compare word by word").first.click()
    assert page.locator("del").count() > 0
    assert page.get_by_role("heading", level=1).inner_text() == "Compare two texts"
