"""Chromium judges our WebVTT: it reads as we read, and shows what we write when we say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from pipeline.formats.captions.plain import decode
from pipeline.formats.captions.vtt import parse, plain_text

HOST = "http://captions.test"
MEDIA = Path(__file__).parents[3] / "shared/media/captions"
VTT = sorted(MEDIA.rglob("*.vtt"))

CUES = """async () => {
  const track = document.querySelector('track');
  track.track.mode = 'hidden';
  if (track.readyState < 2) await new Promise(done => { track.onload = done; track.onerror = done; });
  if (track.readyState == 3) return null;
  return Array.from(track.track.cues, cue => [cue.id, cue.startTime, cue.endTime, cue.text, cue.getCueAsHTML().textContent]);
}"""

Seen = list[tuple[str, float, float, str, str]]


@pytest.fixture
def chromium_reads(page: Page) -> Callable[[bytes], Seen | None]:
    """The cues of a file as `<track>` has them, none where it refuses the file."""
    served: dict[str, tuple[str, bytes]] = {}

    def answer(route: Route) -> None:
        kind, body = served[route.request.url.removeprefix(HOST)]
        route.fulfill(body=body, content_type=kind)

    page.route(f"{HOST}/**", answer)

    def read(data: bytes) -> Seen | None:
        served["/"] = ("text/html", b"<!doctype html><title>t</title><video><track default src=/file.vtt></video>")
        served["/file.vtt"] = ("text/vtt", data)
        page.goto(f"{HOST}/")
        return page.evaluate(CUES)

    return read


def ours(data: bytes) -> Seen | None:
    found = parse(decode("file.vtt", data))
    return found and [(raw.id, float(raw.start), float(raw.end), raw.text, plain_text(raw.text)) for raw in found[1]]


@pytest.mark.skipif(not VTT, reason="the W3C's files are not here (../shared/media/captions)")
def test_we_read_every_file_as_chromium_does(chromium_reads: Callable[[bytes], Seen | None]) -> None:
    """The Web Platform Tests' files, vtt.js's and ttconv's: how many cues, their names, times to the millisecond, texts."""
    differ = []
    for file in VTT:
        theirs, mine = chromium_reads(file.read_bytes()), ours(file.read_bytes())
        a, b = rounded(theirs), rounded(mine)
        if a != b or (
            (theirs is None) != (mine is None) and file.name != "file-layout_blank-file-with-bom.vtt"
        ):  # Chromium takes a mark and no word for a file
            differ.append(f"{file.name}:\n  Chromium {theirs}\n  ours     {mine}")
    assert len(VTT) > 80
    assert not differ, "\n".join(differ)


def rounded(seen: Seen | None) -> list[tuple[str, int, int, str, str]]:
    """Names without white space around them: Chromium takes a blank in a line of its own for a name, which the standard does not."""
    return [(name.strip(), round(start * 1000), round(end * 1000), text, shown) for name, start, end, text, shown in seen or []]
