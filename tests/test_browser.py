"""Pages as a browser shows them: the page, the e-mail and the archive, light, dark, and narrow."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from briefer.brand import Brand, Logo
from briefer.pipeline import write_brief
from briefer.rendering import Rendered, find_renderer
from briefer.rendering.look import Look
from briefer.site import build_site, index_words, newest_of
from briefer.store import Store

from .briefs import empty_brief, example_brief, hostile_brief, long_brief
from .test_config import png
from .test_demands import parsed, part

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")  # fmt: skip
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium: apt-get install chromium")  # fmt: skip
HOUSE = Look(brand=Brand(name="Velland Desk", logo=Logo(png(), 160, 40), accent="#7a1f5c", accent_dark="#e39ccb", footer="For members."))  # fmt: skip
#: Colour of every text and of what is behind it, as the browser computes them.
CONTRASTS = """
() => {
  const parse = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = (c) => { const f = c.slice(0, 3).map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (!node.textContent.trim()) continue;
    const element = node.parentElement;
    if (["STYLE", "SCRIPT", "TITLE"].includes(element.tagName)) continue;
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height || box.right < 0) continue;
    const style = getComputedStyle(element);
    const ink = element.namespaceURI.endsWith("svg") ? parse(style.fill) : parse(style.color);
    let behind = element, paper = [255, 255, 255, 0];
    while (behind && (paper.length === 4 && paper[3] === 0)) { paper = parse(getComputedStyle(behind).backgroundColor); behind = behind.parentElement; }
    if (paper.length === 4 && paper[3] === 0) paper = [255, 255, 255];
    const [a, b] = [light(ink), light(paper)].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), parseFloat(style.fontSize), node.textContent.trim().slice(0, 40)]);
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
        started = play.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield started
        started.close()


def opened(browser: Any, address: str, *, scheme: str = "light", width: int = 900) -> Any:
    """A page that notes what it asks for and complains of."""
    page = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}).new_page()  # fmt: skip
    page.asked, page.said = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)  # fmt: skip
    page.on(
        "response",
        lambda response: page.said.append(response.url) if response.status >= 400 else None,
    )
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(address)
    return page


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Addresses of documents, by what they are of."""
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for name, brief in (("example", example_brief()), ("hostile", hostile_brief()), ("empty", empty_brief()), ("long", long_brief())):  # fmt: skip
        for house, look in (("", Look()), ("-house", HOUSE)):
            (folder / f"{name}{house}.html").write_bytes(find_renderer("html")(brief, look).data)
            mail = parsed(find_renderer("eml")(brief, look).data)
            page = part(mail, "html")
            for picture in mail.walk():
                if picture["Content-ID"]:
                    cid = picture["Content-ID"].strip("<>")
                    (folder / f"{name}{house}-{cid}.png").write_bytes(picture.get_content())
                    page = page.replace(f"cid:{cid}", f"{name}{house}-{cid}.png")
            (folder / f"{name}{house}-mail.html").write_text(page)
    for path in folder.glob("*.html"):
        found[path.stem] = path.as_uri()
    return found


EVERY = [f"{name}{house}{mail}" for name in ("example", "hostile", "empty", "long") for house in ("", "-house") for mail in ("", "-mail")]  # fmt: skip


@pytest.mark.parametrize("name", EVERY)
def test_14_no_sideways_scrolling_and_no_tiny_text(name: str, pages: dict[str, str], browser: Any) -> None:  # fmt: skip
    for width in (375, 700):
        page = opened(browser, pages[name], width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        sizes = page.evaluate(CONTRASTS)
        drawn = [size for _, size, text in sizes if size > 1 and text]
        assert min(drawn) >= 13 or "svg" in page.content()
        outside = page.evaluate("() => [...document.querySelectorAll('p, li, h1, h2, h3, td')].filter((e) => e.textContent.trim()).map((e) => parseFloat(getComputedStyle(e).fontSize)).filter((s) => s > 1)")  # fmt: skip
        assert min(outside) >= 13
        page.context.close()


@pytest.mark.parametrize("name", [name for name in EVERY if "long" not in name])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_15_contrast_as_rendered(name: str, scheme: str, pages: dict[str, str], browser: Any) -> None:  # fmt: skip
    page = opened(browser, pages[name], scheme=scheme)
    found = [
        item for item in page.evaluate(CONTRASTS) if item[1] > 1
    ]  # the preheader has one pixel
    assert len(found) > 5
    low = [item for item in found if item[0] < 4.5]
    assert low == []
    page.context.close()


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(name: str, scheme: str, pages: dict[str, str], browser: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = opened(browser, pages[name], scheme=scheme)
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
    page.context.close()


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_fetched_and_nothing_complains(name: str, pages: dict[str, str], browser: Any) -> None:  # fmt: skip
    page = opened(browser, pages[name])
    folder = pages[name].rsplit("/", 1)[0]
    assert [url for url in page.asked if not url.startswith((folder, "data:"))] == []
    assert page.said == []
    page.context.close()


def test_a_mark_opens_its_sentence_where_the_reader_is(pages: dict[str, str], browser: Any) -> None:
    """One click or key, without a script, on a wide and a narrow screen; Escape closes it."""
    for width in (900, 375):
        page = opened(browser, pages["example"], width=width)
        mark = page.locator("#top-stories .mark").first
        quote = page.locator("#" + mark.get_attribute("popovertarget"))
        there = mark.bounding_box()
        assert quote.bounding_box()["y"] > 2000  # in the list of sources
        mark.click()
        box = quote.bounding_box()
        assert abs(box["y"] - there["y"]) < 400
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert "characters" in quote.inner_text()
        assert "voted by 412 to 96" in quote.inner_text()
        page.keyboard.press("Escape")
        assert quote.bounding_box()["y"] > 2000
        mark.focus()
        page.keyboard.press("Enter")
        assert abs(quote.bounding_box()["y"] - there["y"]) < 400
        page.context.close()


def test_the_keyboard_reaches_the_stories_first(pages: dict[str, str], browser: Any) -> None:
    page = opened(browser, pages["example"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the stories"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith("#top-stories")
    page.context.close()


# --- the archive ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """An archive of three briefs, served on loopback."""
    import msgspec

    folder = tmp_path_factory.mktemp("site")
    with Store(folder / "s.sqlite3", print) as store:
        one = example_brief()
        older = msgspec.structs.replace(hostile_brief(), date="2026-02-27")
        for brief in (one, older, msgspec.structs.replace(empty_brief(), date="2026-03-06")):
            write_brief(brief, {"txt": Rendered(b"x")}, folder / "out", store)
        entries = build_site(store, newest_of(store.briefs()), folder / "site", HOUSE, title="Briefs", url="https://velland.example/b/", say=print)  # fmt: skip
    assert [entry.date for entry in entries] == ["2026-03-06", "2026-03-05", "2026-02-27"]
    assert index_words(folder / "site")
    handler = functools.partial(Quiet, directory=str(folder / "site"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", folder / "site"
    server.shutdown()
    server.server_close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        pass


def test_search_finds_a_brief(site: tuple[str, Path], browser: Any) -> None:
    page = opened(browser, site[0])
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "words"
    page.keyboard.type(
        "surgeons union operations"
    )  # words of a bullet, in no headline of the index
    page.locator("#hits li").first.wait_for()
    assert page.locator("#found").inner_text() == "1 brief"
    assert page.locator("#hits mark").count() >= 1
    page.locator("#hits a").first.press("Enter")
    page.wait_for_url("**/briefs/2026-03-05-*/")
    assert page.locator("h1").inner_text() == example_brief().title
    page.get_by_text("All briefs").click()
    page.wait_for_url("**/index.html")
    assert [url for url in page.asked if not url.startswith((site[0], "data:", "blob:"))] == []
    assert page.said == []
    page.context.close()


def test_search_shows_hostile_text_as_text(site: tuple[str, Path], browser: Any) -> None:
    page = opened(browser, site[0])
    page.locator("#words").fill("sank ships")
    page.locator("#hits li").first.wait_for()
    assert page.locator("#hits b").count() == 0
    assert "<b>" in page.locator("#hits").inner_text()
    page.context.close()


def test_search_works_on_headlines_when_opened_as_a_file(site: tuple[str, Path], browser: Any) -> None:  # fmt: skip
    page = opened(browser, (site[1] / "index.html").as_uri())
    page.locator("#words").fill("ferry crews")
    assert page.locator(".days > li:visible").count() == 1
    assert page.locator("#found").inner_text() == "1 brief with these words in the headlines"
    page.locator("#words").fill("")
    assert page.locator(".days > li:visible").count() == 3
    assert page.said == []
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_index_in_both_styles_and_narrow(scheme: str, site: tuple[str, Path], browser: Any) -> None:  # fmt: skip
    from axe_playwright_python.sync_playwright import Axe

    page = opened(browser, site[0], scheme=scheme, width=375)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.locator("#words").fill("port")
    page.locator("#hits li").first.wait_for()
    low = [item for item in page.evaluate(CONTRASTS) if item[0] < 4.5]
    assert low == []
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
    page.context.close()
