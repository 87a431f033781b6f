"""The page's token field in a real browser, against a real server process that asks for tokens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Visit, browsing
from playwright.sync_api import expect
from server_process import ServerProcess
from tiny_bundles import RED, encode, write_bundle

pytestmark = pytest.mark.slow

TOKEN = "a-token-0123456789abcdef0123456789"  # noqa: S105
NEXT = "another-token-0123456789abcdef0123"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    write_bundle(tmp_path / "models" / "colours" / "1")
    (tmp_path / "tokens").write_text(TOKEN)
    running = ServerProcess(tmp_path / "models", "--token-file", str(tmp_path / "tokens"), "--poll-seconds", "0.05")
    running.wait_for("version_available")
    yield running
    running.kill()


def test_the_page_asks_for_a_token_keeps_it_to_itself_and_asks_again_when_it_changes(
    server: ServerProcess, tmp_path: Path
) -> None:
    photo = {"name": "red.png", "mimeType": "image/png", "buffer": encode(RED)}
    with browsing() as context:
        visit = Visit(context, server.address)
        page, field = visit.page, visit.page.get_by_label("Token")
        why = page.get_by_role("alert")

        expect(why).to_have_text("The server asks for a token.")
        expect(field).to_be_focused()
        field.fill("not the right one")
        field.press("Enter")
        expect(why).to_have_text("This token is none of the server's.")
        expect(field).to_have_value("")
        field.fill(TOKEN)
        page.get_by_role("button", name="Use it").click()
        expect(field).to_be_hidden()
        expect(page.get_by_role("heading", name="Version 1")).to_be_visible()

        (tmp_path / "tokens").write_text(NEXT)
        server.wait_for("tokens_loaded")
        page.locator("#photos").set_input_files(photo)
        expect(why).to_have_text("This token is none of the server's.")
        field.fill(NEXT)
        field.press("Enter")
        expect(page.get_by_text("red.png")).to_be_visible()
        expect(page.locator("#results .label").first).to_have_text("red")

        assert page.url == f"{server.address}/"
        assert context.cookies() == []
        assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
        assert not [each for each in visit.requests if TOKEN in each or NEXT in each]
        page.reload()
        expect(field).to_be_visible()
    server.stop()
    assert TOKEN not in server.log and NEXT not in server.log


def test_without_tokens_there_is_no_field(tmp_path: Path) -> None:
    write_bundle(tmp_path / "colours" / "1")
    server = ServerProcess(tmp_path)
    try:
        server.wait_for("version_available")
        with browsing() as context:
            visit = Visit(context, server.address)
            expect(visit.page.get_by_role("heading", name="Version 1")).to_be_visible()
            expect(visit.page.get_by_label("Token")).to_be_hidden()
            assert visit.complaints == []
    finally:
        server.kill()
