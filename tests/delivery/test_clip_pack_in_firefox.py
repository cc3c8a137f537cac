"""A pack's page in Debian's Firefox, from the disk and without a network: a clip plays, with the captions
that the page carries.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.engine.cache import Shelf
from pipeline.engine.workspace import Workspace
from tests.delivery import clips_example
from tests.delivery.test_clip_pack_in_chromium import written
from tests.firefox import firefox

VIDEO = "document.querySelectorAll('video')[1]"


@pytest.mark.slow
@pytest.mark.needs("firefox", "H.264 in Firefox")
def test_a_clip_plays_with_its_captions_in_firefox(tmp_path: Path) -> None:
    workspace = Workspace(Shelf(tmp_path / "store"), ThreadPoolExecutor(1))
    pack = clips_example.pack(tmp_path, captions="sidecar")
    folder = written(pack, tmp_path / "pack", workspace)
    with firefox(tmp_path / "profile") as page:
        page.open((folder / "index.html").as_uri())
        page.ask(f"({VIDEO}.muted = true, {VIDEO}.play(), 1)")
        page.until(f"{VIDEO}.currentTime > 0.8")
        track = f"{VIDEO}.textTracks[0]"
        assert page.ask(f"{track}.mode") == "showing"
        page.until(f"[...({track}.activeCues || [])].some(cue => cue.text.includes('kettle'))")
