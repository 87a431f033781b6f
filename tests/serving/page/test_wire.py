"""The page as a browser gets it: files, headers, and that it needs nothing from elsewhere."""

import re
from html.parser import HTMLParser

import pytest
from app_call import Reply, call
from colour_server import ColourServer

FILES = {
    "/": "text/html; charset=utf-8",
    "/page/page.css": "text/css; charset=utf-8",
    "/page/page.js": "text/javascript; charset=utf-8",
    "/page/token.js": "text/javascript; charset=utf-8",
    "/page/answers.js": "text/javascript; charset=utf-8",
    "/page/cards.js": "text/javascript; charset=utf-8",
    "/page/icon.svg": "image/svg+xml",
}


class Elements(HTMLParser):
    """Collects every element's name and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def get(colours: ColourServer, path: str) -> Reply:
    reply = call(colours.app, "GET", path)

    return reply


@pytest.fixture(scope="module")
def elements(colours: ColourServer) -> list[tuple[str, dict[str, str | None]]]:
    return Elements(get(colours, "/").body.decode()).found


@pytest.mark.parametrize("path", FILES)
def test_each_file_comes_with_its_type_and_a_strict_policy(colours: ColourServer, path: str) -> None:
    reply = get(colours, path)

    assert (reply.status, reply.headers["content-type"]) == (200, FILES[path])
    policy = reply.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    ["//", "/page", "/page/", "/page/wire.py", "/page/../wire.py", "/page/%2e%2e/server.py", "/page//etc/passwd"],
)
def test_no_path_but_those_of_the_page_leads_to_a_file(colours: ColourServer, path: str) -> None:
    reply = get(colours, path)

    assert (reply.status, list(reply.json())) == (404, ["error"])


def test_other_methods_are_refused_and_head_is_not(colours: ColourServer) -> None:
    for method, status in (("POST", 405), ("DELETE", 405), ("HEAD", 200)):
        reply = call(colours.app, method, "/")

        assert reply.status == status


def test_no_file_names_an_outside_address(colours: ColourServer) -> None:
    for path in FILES:
        text = get(colours, path).body.decode().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//[a-z]+\.|@import|\bimport\(|eval\(|innerHTML|document\.write", text), path


def test_the_html_has_nothing_inline_that_the_policy_forbids(
    elements: list[tuple[str, dict[str, str | None]]],
) -> None:
    assert not [tag for tag, attributes in elements if tag == "style" or "style" in attributes]
    assert not [name for _, attributes in elements for name in attributes if name.startswith("on")]
    assert [attributes.get("src") for tag, attributes in elements if tag == "script"] == ["page/page.js"]


def test_every_file_that_the_page_asks_for_is_served(
    colours: ColourServer, elements: list[tuple[str, dict[str, str | None]]]
) -> None:
    asked = [attributes.get("src") or attributes.get("href") for _, attributes in elements]
    script = get(colours, "/page/page.js").body.decode()
    modules = [f"page/{name}" for name in re.findall(r'from "\./([a-z.]+)"', script)]

    assert {f"/{path}" for path in [*asked, *modules] if path} == set(FILES) - {"/"}


def test_every_control_has_a_label_and_every_id_of_the_script_is_there(
    colours: ColourServer, elements: list[tuple[str, dict[str, str | None]]]
) -> None:
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    labelled = {attributes["for"] for tag, attributes in elements if tag == "label"}
    script = "".join(get(colours, f"/page/{name}").body.decode() for name in ("page.js", "token.js"))

    assert len(ids) == len(set(ids))
    assert labelled == {attributes["id"] for tag, attributes in elements if tag in ("select", "input")}
    assert set(re.findall(r'(?:find|copy)\("([a-z]+)"\)', script)) <= set(ids)
    assert all("alt" in attributes for tag, attributes in elements if tag == "img")
    assert ("html", {"lang": "en"}) in elements


def test_the_page_fits_a_phone_and_a_dark_room(colours: ColourServer) -> None:
    style = get(colours, "/page/page.css").body.decode()

    assert b'name="viewport" content="width=device-width, initial-scale=1"' in get(colours, "/").body
    assert "@media (prefers-color-scheme: dark)" in style
    assert "min(16rem, 100%)" in style
