"""Who may read the pages: on loopback anyone, beyond it those with a login; names of other sites never."""

import base64
import html

import pytest

from worker.errors import ConfigError, ServiceError
from worker.launcher.run import make_children
from worker.launcher.web import Web, web_address, web_url
from worker.settings import read_settings


def settings_of(tmp_path, **more):
    names = {f"WIREROOM_{name}": value for name, value in more.items()}
    return read_settings({"WIREROOM_HOME": str(tmp_path), **names})


def login(text):
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


def test_with_a_login_pages_need_it_and_health_and_style_do_not(small_site):
    site = small_site(web_basic_auth="desk:a password,night:pässwörd")
    for given in ({}, login("desk:other"), {"Authorization": "Bearer x"}):
        response = site.get("/stories.json", **given)
        assert response.status == 401
        assert response.headers["WWW-Authenticate"].startswith("Basic realm=")
        assert "items" not in response.text
    for user in ("desk:a password", "night:pässwörd"):
        assert site.get("/stories.json", **login(user)).status == 200
    assert site.get("/nothing").status == 401
    assert site.get("/health").status == 200
    assert site.get("/static/style.css").status == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:5580", 200), ("127.0.0.1", 200), ("[::1]:5580", 200), ("news.example", 200),
        ("evil.example", 403), ("127.0.0.1.evil.example", 403), ("10.0.0.5:5580", 403),
    ],
)  # fmt: skip
def test_without_a_login_only_our_own_host_names_lead_here(small_site, host, status):
    """Another site's name may resolve to this machine (DNS rebinding)."""
    site = small_site(web_url="https://news.example")
    assert site.get("/stories", Host=host).status == status


@pytest.mark.parametrize("address", ["0.0.0.0:5580", "[::]:5580", "10.0.0.5:5580", "desk.example:5580"])
def test_beyond_loopback_a_password_is_required(tmp_path, address):
    settings = settings_of(tmp_path, WEB_ADDRESS=address)
    with pytest.raises(ServiceError, match="without a password: set WIREROOM_WEB_BASIC_AUTH=user:password"):
        Web(settings).prepare(0)
    assert web_address(settings_of(tmp_path, WEB_ADDRESS=address, WEB_BASIC_AUTH="a:b"))[1] == 5580


def test_half_a_login_is_refused_on_any_address(tmp_path):
    with pytest.raises(ServiceError, match="WIREROOM_WEB_BASIC_AUTH: write user:password"):
        web_address(settings_of(tmp_path, WEB_BASIC_AUTH="desk:"))


@pytest.mark.parametrize("text", ["off", "OFF", " off "])
def test_the_role_can_be_switched_off(tmp_path, text):
    settings = settings_of(tmp_path, WEB_ADDRESS=text)
    assert web_url(settings) is None
    assert "web" not in [child.name for child in make_children(settings, with_flower=False)]
    with pytest.raises(ServiceError, match="switched off"):
        web_address(settings)


def test_it_is_a_part_of_run_on_loopback(tmp_path):
    settings = settings_of(tmp_path)
    assert web_url(settings) == "http://127.0.0.1:5580"
    assert "web" in [child.name for child in make_children(settings, with_flower=False)]


@pytest.mark.parametrize(
    "url",
    [
        "news.example",
        "ftp://news.example",
        "https://",
        "https://a b",
        "https://x:0",
        "https://x/?q",
        "https://x#a",
    ],
)
def test_a_public_url_that_cannot_be_one_is_refused(tmp_path, url):
    with pytest.raises(ConfigError, match="WIREROOM_WEB_URL"):
        settings_of(tmp_path, WEB_URL=url)


def test_a_public_url_loses_its_last_slash(tmp_path):
    assert settings_of(tmp_path, WEB_URL="https://news.example/desk/").web_url == "https://news.example/desk"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/articles?feed=wyre", 'No feed "wyre", did you mean "wire"?'),
        ("/articles?tag=lokal", 'No tag "lokal", did you mean "local"?'),
        ("/stories?tag=lokal", 'No tag "lokal", did you mean "local"?'),
        ("/stories?since=6", 'since="6" is not a duration'),
    ],
)
def test_a_page_names_what_is_not_known_or_not_understood(small_site, path, said):
    response = small_site().get(path)
    assert response.status == (400 if "since" in path else 404)
    assert said in html.unescape(response.text)


@pytest.mark.parametrize("path", ["/stories.atom", "/articles.feed.json"])
def test_a_feed_of_a_tag_that_no_feed_has_is_empty(small_site, path):
    assert small_site().get(f"{path}?tag=lokal").status == 200
