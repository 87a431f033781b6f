"""The page in a real browser, against a real server process with two versions of a model."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from browser import Visit, browsing
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, ViewportSize, expect
from server_process import ServerProcess
from tiny_bundles import BLUE, GREEN, RED, add_evaluation, encode, write_bundle

pytestmark = pytest.mark.slow

HOSTILE = "<img src=x onerror=alert(1)>"
CLASS_NAMES = ("red", "green", HOSTILE)
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 740}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Version 1 without evaluation, version 2 with one; the third class's name is HTML."""
    folder = tmp_path_factory.mktemp("models")
    for number, sharpness in ((1, 1.0), (2, 5.0)):
        write_bundle(folder / "colours" / str(number), sharpness=sharpness, class_names=CLASS_NAMES)
    add_evaluation(folder / "colours" / "2", class_names=CLASS_NAMES)
    (folder / "colours" / "serving.json").write_text('{"versions": "all", "labels": {"stable": 1}}')
    return folder


@pytest.fixture(scope="module")
def address(models: Path) -> Iterator[str]:
    server = ServerProcess(models, "--access-log", "off", "--drain-delay-seconds", "0")
    server.wait_for("version_available", count=2)
    yield server.address
    server.stop()


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    with browsing(viewport=WIDE, color_scheme="light") as opened:
        yield opened


@pytest.fixture
def visit(context: BrowserContext, address: str) -> Iterator[Visit]:
    opened = Visit(context, address)
    expect(opened.page.get_by_label("Drop photos here, or choose them")).to_be_attached()
    expect(opened.page.get_by_role("heading", name="About the model")).to_be_visible()
    yield opened
    opened.page.close()


def photo(name: str, colour: tuple[int, int, int]) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": encode(colour)}


def choose(page: Page, *files: FilePayload) -> None:
    page.get_by_label("Drop photos here, or choose them").set_input_files(list(files))


def drop(page: Page, *files: FilePayload) -> None:
    """Drop files on the area as a user does: the browser's own events, with a DataTransfer that holds them."""
    facts = [{**file, "buffer": list(file["buffer"])} for file in files]
    carried = page.evaluate_handle(
        """files => {
            const carried = new DataTransfer();
            for (const { name, mimeType, buffer } of files)
                carried.items.add(new File([new Uint8Array(buffer)], name, { type: mimeType }));
            return carried;
        }""",
        facts,
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("#drop", event, {"dataTransfer": carried})


def results(page: Page) -> Locator:
    return page.get_by_role("region", name="Results").get_by_role("article")


def test_a_dropped_photo_is_shown_with_its_best_classes_and_the_time(visit: Visit) -> None:
    drop(visit.page, photo("ball.png", GREEN))

    expect(visit.page.get_by_role("status")).to_have_text("1 photo classified")
    [answer] = results(visit.page).all()
    expect(answer.get_by_role("heading", name="ball.png")).to_be_visible()
    classes = answer.get_by_role("listitem")
    expect(classes).to_have_count(3)
    expect(classes.first).to_contain_text("green")
    expect(classes.first).to_contain_text("98.7 %")
    assert classes.first.locator("rect").evaluate("bar => bar.getBBox().width / bar.parentNode.clientWidth") > 0.98
    expect(answer).to_contain_text("ms, there and back")
    assert answer.locator("img").evaluate("image => image.naturalWidth") == 4
    assert visit.complaints == []


def test_several_photos_are_shown_in_their_order_whether_dropped_or_chosen(visit: Visit) -> None:
    drop(visit.page, photo("a.png", RED), photo("b.png", GREEN))
    expect(visit.page.get_by_role("status")).to_have_text("2 photos classified")
    choose(visit.page, photo("c.png", GREEN), photo("d.png", RED))

    expect(results(visit.page)).to_have_count(4)
    expect(visit.page.get_by_role("status")).to_have_text("2 photos classified")
    names = results(visit.page).get_by_role("heading", level=3).all_inner_texts()
    assert names == ["c.png", "d.png", "a.png", "b.png"]
    best = [answer.get_by_role("listitem").first.inner_text().split()[0] for answer in results(visit.page).all()]
    assert best == ["green", "red", "red", "green"]


def test_two_versions_answer_side_by_side(visit: Visit) -> None:
    visit.page.get_by_label("Compare with").select_option("1")
    choose(visit.page, photo("ball.png", RED))

    [answer] = results(visit.page).all()
    expect(answer).to_contain_text("The versions agree")
    newer, older = answer.locator("section").all()
    expect(newer.get_by_role("heading")).to_have_text("Version 2")
    expect(older.get_by_role("heading")).to_have_text("Version 1")
    expect(newer.get_by_role("listitem").first).to_contain_text("98.7 %")
    expect(older.get_by_role("listitem").first).to_contain_text("57.6 %")
    for section in (newer, older):
        expect(section).to_contain_text("ms, there and back")
    assert _top(newer) == _top(older)


def _top(section: Locator) -> float:
    box = section.bounding_box()
    assert box is not None
    return box["y"]


def test_a_bad_file_is_told_with_what_to_do_and_spoils_no_other(visit: Visit) -> None:
    choose(visit.page, {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"hello"}, photo("ball.png", RED))

    expect(visit.page.get_by_role("status")).to_have_text("2 photos: 1 classified, 1 not")
    bad, good = results(visit.page).all()
    expect(bad).to_contain_text(
        "The bytes are not a JPEG or PNG image. Save the photo as JPEG or PNG, and drop it again."
    )
    expect(bad).to_contain_text("no preview")
    expect(good.get_by_role("listitem").first).to_contain_text("red")
    # The browser itself notes every answer above 399; nothing else may be there.
    assert [text for text in visit.complaints if "the server responded with a status of 400" not in text] == []


def test_names_of_files_and_classes_that_are_html_stay_text(visit: Visit) -> None:
    choose(visit.page, photo(HOSTILE, BLUE))

    [answer] = results(visit.page).all()
    expect(answer.get_by_role("heading", level=3)).to_have_text(HOSTILE)
    expect(answer.get_by_role("listitem").first).to_contain_text(HOSTILE)
    expect(visit.page.get_by_role("rowheader", name=HOSTILE)).to_be_visible()
    assert visit.page.locator("img[onerror], img[src=x]").count() == 0
    assert visit.complaints == []


def test_the_card_tells_how_the_version_was_judged_and_on_which_data(visit: Visit) -> None:
    card = visit.page.get_by_role("region", name="About the model").locator(".sheet")

    expect(card).to_contain_text("95.0 %")
    expect(card).to_contain_text("accuracy on 19 test images")
    expect(card).to_contain_text("3 classes; images: 1,250 train, 12 eval, 19 test")
    rows = card.get_by_role("row").all_inner_texts()
    assert [row.split("\t") for row in rows] == [
        ["Framework", "Accuracy", "Loss", "Decision"],
        ["keras", "95.0 %", "0.1234", "pushed"],
        ["pytorch", "40.0 %", "2.5000", "refused: accuracy 0.4 is below 0.5"],
        ["Class", "train", "eval", "test", "right in test"],
        [HOSTILE, "20", "3", "0", "unknown"],
        ["green", "30", "4", "9", "90.0 %"],
        ["red", "1,200", "5", "10", "100.0 %"],
    ]


def test_the_card_of_a_version_without_evaluation_says_so(visit: Visit) -> None:
    visit.page.get_by_label("Version").select_option("1")

    card = visit.page.get_by_role("region", name="About the model").locator(".sheet")
    expect(card).to_contain_text("Version 1")
    expect(card).to_contain_text("it was pushed without its evaluation")
    expect(card.get_by_role("table")).to_have_count(0)
    expect(card).to_contain_text("green, red")


def test_nothing_is_asked_of_another_address(visit: Visit, address: str) -> None:
    choose(visit.page, photo("ball.png", RED))
    expect(visit.page.get_by_role("status")).to_have_text("1 photo classified")

    own = (f"{address}/", f"blob:{address}/")
    assert [url for url in visit.requests if not url.startswith(own)] == []
    assert f"{address}/models.json" in visit.requests


@pytest.mark.parametrize(
    "attempt",
    [
        "fetch('http://127.0.0.1:9/').catch(() => {})",
        "document.body.append(Object.assign(document.createElement('img'), { src: 'http://127.0.0.1:9/x.png' }))",
        "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = 1' }))",
        "document.body.setAttribute('onclick', 'window.ran = 1')",
        "document.body.append(Object.assign(document.createElement('style'), { textContent: 'p { color: red }' }))",
    ],
)
def test_the_browser_enforces_the_policy(visit: Visit, attempt: str) -> None:
    violated = visit.page.evaluate(
        f"""() => new Promise(resolve => {{
            document.addEventListener("securitypolicyviolation", event => resolve(event.effectiveDirective));
            setTimeout(() => resolve("nothing"), 3000);
            {attempt};
        }})"""
    )

    assert violated.split("-")[0] in ("connect", "img", "script", "style")
    assert visit.page.evaluate("window.ran") is None


def test_everything_can_be_reached_and_done_by_keyboard(visit: Visit) -> None:
    page = visit.page
    # Playwright takes choosers only once it has a listener, and does not wait until the browser knows of it.
    page.on("filechooser", lambda chooser: None)
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert reached == ["first", "second", "photos", "SUMMARY", "SUMMARY"]

    page.get_by_label("Drop photos here, or choose them").focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files([photo("ball.png", RED)])
    expect(page.get_by_role("status")).to_have_text("1 photo classified")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(results(page)).to_have_count(0)
    assert page.evaluate("document.activeElement.id") == "photos"
    assert page.evaluate("getComputedStyle(document.getElementById('drop')).outlineStyle") == "solid"


def test_roles_and_names_tell_a_screen_reader_what_is_what(visit: Visit) -> None:
    choose(visit.page, photo("ball.png", RED))
    expect(visit.page.get_by_role("status")).to_have_text("1 photo classified")

    expect(visit.page.get_by_role("main")).to_match_aria_snapshot(
        """
        - main:
          - paragraph:
            - combobox "Model" [disabled]
          - paragraph:
            - combobox "Version"
          - paragraph:
            - combobox "Compare with"
          - button "Drop photos here, or choose them"
          - status: 1 photo classified
          - region "Results":
            - heading "Results" [level=2]
            - button "Clear results"
            - article "ball.png":
              - heading "ball.png" [level=3]
              - heading "Version 2" [level=4]
              - list:
                - listitem: red 98.7 %
          - region "About the model":
            - heading "About the model" [level=2]
            - heading "Version 2" [level=3]
            - table "Candidates, on the test split"
            - heading "Checks" [level=4]
            - list
        """
    )


def test_a_version_that_is_gone_is_told_and_the_lists_are_made_new(
    context: BrowserContext, models: Path, tmp_path: Path
) -> None:
    shutil.copytree(models, tmp_path / "models")
    server = ServerProcess(tmp_path / "models", "--poll-seconds", "0.2", "--drain-delay-seconds", "0")
    try:
        server.wait_for("version_available", count=2)
        page = Visit(context, server.address).page
        page.get_by_label("Version").select_option("2")
        (tmp_path / "models" / "colours" / "serving.json").write_text('{"versions": "specific:1"}')
        server.wait_for("version_unloaded")
        choose(page, photo("ball.png", RED))

        expect(results(page)).to_contain_text("The lists above are up to date again: choose another version.")
        expect(page.get_by_label("Version").get_by_role("option")).to_have_text(["1 (champion)"])
        expect(page.get_by_label("Compare with")).to_have_text("no other version is loaded")
    finally:
        server.stop()
    choose(page, photo("ball.png", RED))
    expect(results(page).first).to_contain_text("The server does not answer. Check that the server is running")
    page.close()


def test_a_server_without_a_model_says_what_to_do_and_shows_the_first_one_by_itself(
    context: BrowserContext, models: Path, tmp_path: Path
) -> None:
    server = ServerProcess(tmp_path, "--poll-seconds", "0.2", "--drain-delay-seconds", "0")
    try:
        page = Visit(context, server.address).page
        expect(page.get_by_role("heading", name="No model yet")).to_be_visible()
        expect(page.get_by_text("python -m pipeline.run")).to_be_visible()
        expect(page.get_by_label("Drop photos here, or choose them")).to_be_hidden()
        shutil.copytree(models / "colours", tmp_path / "colours")

        expect(page.get_by_label("Model", exact=True)).to_have_text("colours")
        expect(page.get_by_role("heading", name="No model yet")).to_be_hidden()
        page.close()
    finally:
        server.stop()


@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(243, 245, 248)"), ("dark", "rgb(20, 22, 26)")])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_text_is_readable_and_nothing_is_wider_than_the_window(
    visit: Visit, scheme: Literal["light", "dark"], ground: str, viewport: ViewportSize
) -> None:
    page = visit.page
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme=scheme)
    page.get_by_label("Compare with").select_option("1")
    choose(page, photo("a-name-without-any-space-" * 8, RED), {**photo("empty.png", RED), "buffer": b""})
    expect(page.get_by_role("status")).to_have_text("2 photos: 1 classified, 1 not")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert page.evaluate(_LOW_CONTRAST) == []


_LOW_CONTRAST = """() => {
    const levels = text => text.match(/[0-9.]+/g).map(Number);
    const linear = level => (level / 255 <= 0.04045 ? level / 3294.6 : ((level / 255 + 0.055) / 1.055) ** 2.4);
    const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    const ground = element => {
        const colour = levels(getComputedStyle(element).backgroundColor);
        return colour[3] === 0 && element.parentElement ? ground(element.parentElement) : colour;
    };
    const hasText = element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const low = [];
    for (const element of document.querySelectorAll("body *")) {
        if (!hasText(element) || !element.checkVisibility() || element.closest("[disabled], option")) continue;
        const pair = [levels(getComputedStyle(element).color), ground(element)].map(luminance);
        const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        if (ratio < 4.5) low.push([element.tagName, element.textContent.slice(0, 40), ratio]);
    }
    return low;
}"""
"""Texts below the contrast of 4.5 to 1 that WCAG 2 AA asks for."""
