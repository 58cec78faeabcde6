"""The pictures of the README, from the examples: python docs/screenshots.py (needs a Chromium and pdftoppm).

Makes the brief of the examples, shows its page, e-mail and PDF, light, dark and narrow, and writes
docs/images/*.png. Look at them before committing.
"""

from __future__ import annotations

import email
import email.policy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"


def main() -> None:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "needs a Chromium"
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as play:
        folder = Path(name)
        command = [sys.executable, "-m", "briefer", "make", "examples/day-1", "examples/day-2", "--date", "2026-03-05", "--zone", "UTC", "-o", name]  # fmt: skip
        subprocess.run(command, cwd=ROOT, check=False, stderr=subprocess.DEVNULL)
        mail = write_mail(folder)
        browser = play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for scheme in ("light", "dark"):
            shoot(browser, folder / "brief.html", IMAGES / f"page-{scheme}.png", scheme=scheme, opens=scheme == "light")  # fmt: skip
        shoot(browser, folder / "brief.html", IMAGES / "page-narrow.png", width=375, height=812)
        shoot(browser, mail, IMAGES / "mail.png", width=700)
        shoot(browser, mail, IMAGES / "mail-dark.png", width=700, scheme="dark")
        browser.close()
        subprocess.run(["pdftoppm", "-r", "60", "-png", "-f", "1", "-l", "2", str(folder / "brief.pdf"), str(IMAGES / "pdf")], check=True)  # fmt: skip


def write_mail(folder: Path) -> Path:
    """The page of the e-mail with its pictures beside it."""
    message = email.message_from_bytes((folder / "brief.eml").read_bytes(), policy=email.policy.default)  # fmt: skip
    body = message.get_body(("html",))
    assert body is not None
    page = body.get_content()
    for part in message.walk():
        if part["Content-ID"]:
            cid = part["Content-ID"].strip("<>")
            (folder / f"{cid}.png").write_bytes(part.get_content())
            page = page.replace(f"cid:{cid}", f"{cid}.png")
    path = folder / "mail.html"
    path.write_text(page, encoding="utf-8")
    return path


def shoot(browser: Any, page: Path, target: Path, *, width: int = 820, height: int = 1000, scheme: str = "light", opens: bool = False) -> None:  # fmt: skip
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": height})
    tab = context.new_page()
    tab.goto(page.as_uri())
    if opens:
        tab.locator("#top-stories .mark").first.click()
    tab.screenshot(path=str(target))
    context.close()


if __name__ == "__main__":
    main()
