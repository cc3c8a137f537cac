"""The player's course in Debian's Firefox, from the disk and without a network: what differs between browsers
is how a film is paused in time, what a page on a disk may load, and where notes are kept.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.delivery.test_player_in_chromium import LMS, SECRET, written
from tests.delivery.training_example import training
from tests.firefox import firefox

VIDEO = "document.querySelector('video')"


@pytest.mark.slow
@pytest.mark.needs("firefox", "H.264 in Firefox")
def test_the_course_in_firefox(tmp_path: Path) -> None:
    index = written(training(tmp_path), tmp_path / "player", LMS)
    with firefox(tmp_path / "profile") as page:

        def state(wanted: str) -> None:
            page.until(f"(document.body.dataset.state || 'playing') === '{wanted}'")

        def press(name: str) -> None:
            page.click(f"//button[normalize-space()='{name}']")

        page.open(index.as_uri())
        page.until(f"{VIDEO}.readyState > 1")
        press("Start the film")
        page.until(f"{VIDEO}.currentTime > 1.2")
        assert page.ask("document.querySelector('#captions').textContent") == (
            "They saw the label before they saw me."
        )
        page.press("k")
        page.until(f"{VIDEO}.paused")
        page.press("k")
        page.press("\ue014")  # the arrow to the right
        state("break")
        paused = [one for one in json.loads(page.ask("localStorage['lms:told']")) if one[1] == "paused"]
        assert paused[-1][2]["at"] == pytest.approx(9.4, abs=0.001)
        assert page.ask(f"{VIDEO}.currentTime") == pytest.approx(9.4, abs=0.05)
        assert page.ask("document.activeElement.textContent") == "What did you hear?"
        page.click("//summary")
        page.type("//textarea", SECRET)
        press("Go on with the film")
        state("warning")
        press("Skip to 0:16, after it")
        state("break")
        press("Next step")
        press("Go on with the film")
        state("end")
        press("Leave this video")
        page.until("document.body.className === 'left'")
        kept = page.ask("({...localStorage})")
        assert [key for key, value in kept.items() if SECRET in value] == [
            "ourwords:0b6f3c1e-6f0a-5f5e-9a53-2d6f5b1f7a10:notes"
        ]
        last = json.loads(kept["lms:told"])[-1]
        assert last[0] == "finish" and (last[2]["met"], last[2]["breaks"]) == (2, 2)
        page.open(index.as_uri())
        press("My notes")
        assert page.ask("document.querySelector('#note-break-1').value") == SECRET
