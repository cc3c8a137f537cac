"""Every page of a build as people see it: on a phone, a tablet and a desk, light and dark, enlarged;
judged by axe-core, and for whether it scrolls sideways or squeezes its text.

    python benchmarks/pages.py BUILD [--out DIR]

BUILD is a folder with pages (my-film/build). With --out, a picture of each is kept. Needs Debian's chromium
and requirements/dev.lock; exits 1 where anything is wrong with a page.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Without a window and without a network."""


@dataclass(frozen=True)
class View:
    """How somebody looks at a page. `zoom` enlarges all of it (WCAG 1.4.10), `text` its letters (1.4.4)."""

    name: str
    width: int
    dark: bool = False
    zoom: int = 1
    text: int = 100


VIEWS = (
    View("320", 320),
    View("320-dark", 320, dark=True),
    View("768", 768),
    View("1280", 1280),
    View("1280-dark", 1280, dark=True),
    View("1280-zoom-200", 1280, zoom=2),
    View("768-text-200", 768, text=200),
)

_TOO_WIDE = """() => {
  const named = element => element.tagName.toLowerCase() + ": " + element.textContent.trim().slice(0, 60);
  const shown = [...document.body.querySelectorAll("*")].filter(element => element.checkVisibility());
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const out = shown.filter(element => element.getBoundingClientRect().right > innerWidth + 0.5);
  const scrolls = shown.filter(element => element.scrollWidth > element.clientWidth + 1
    && ["auto", "scroll", "hidden"].includes(getComputedStyle(element).overflowX));
  const squeezed = shown.filter(element => element.matches("p, li, td, dd, h1, h2, h3")
    && element.textContent.trim().length > 30 && element.clientWidth < 7 * rem);
  return [
    ...out.map(element => "leaves the window: " + named(element)),
    ...scrolls.map(element => "scrolls sideways: " + named(element)),
    ...squeezed.map(element => "is squeezed: " + named(element)),
  ];
}"""


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with a page by WCAG 2.2 A and AA and best practice: none is expected."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    return [f"{item['id']}: {item['help']}: {node['html'][:120]}" for item in found for node in item["nodes"]]


def too_wide(page: Page) -> list[str]:
    """What of a page leaves its window, scrolls sideways in it, or stands in a column of a few letters."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return found


def until(page: Page, expression: str) -> None:
    """Wait until something is so. Playwright's own way asks for `eval`, which our pages forbid."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise TimeoutError(expression)


@contextmanager
def seen(browser: Browser, path: Path, view: View) -> Iterator[Page]:
    """A page of a folder as somebody sees it, opened from the disk."""
    page = browser.new_page(
        viewport={"width": view.width // view.zoom, "height": 800 // view.zoom},
        device_scale_factor=view.zoom,
        color_scheme="dark" if view.dark else "light",
    )
    page.goto(path.absolute().as_uri())
    page.evaluate("[...document.images].forEach(image => image.loading = 'eager')")
    page.evaluate("Promise.all([...document.images].map(image => image.decode().catch(() => 0)))")
    if view.text != 100:
        page.add_style_tag(content=f"html {{ font-size: {view.text}% }}")
    yield page
    page.close()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("build", type=Path, help="a folder with pages")
    parser.add_argument("--out", type=Path, help="where pictures of them are kept")
    asked = parser.parse_args()
    pages = sorted(asked.build.rglob("*.html"))
    if not pages:
        sys.exit(f"{asked.build} holds no page: ourwords build-cut makes some")
    from playwright.sync_api import sync_playwright

    wrong = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for path in pages:
            name = path.relative_to(asked.build).with_suffix("").as_posix()
            for view in VIEWS:
                with seen(browser, path, view) as page:
                    found = [*violations(page), *too_wide(page)]
                    if asked.out:
                        picture = asked.out / f"{name.replace('/', '-')}-{view.name}.png"
                        page.screenshot(path=picture, full_page=True)
                print(f"{name:24} {view.name:14} {'well' if not found else '; '.join(found)}")
                wrong += bool(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
