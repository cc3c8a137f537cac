"""Is the finished film as loud as it should be (EBU R 128), and was the right microphone listened to?"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.core.finding import Finding
from pipeline.core.footage import Footage
from pipeline.edit.timeline import Heard
from pipeline.engine.workspace import Workspace
from pipeline.footage.recordings import clear_tracks
from pipeline.production.load import Production

TOLERANCE, PEAK, SILENT = 0.5, -1.0, -69.0
"""LU around the loudness asked for, dBTP, and the LUFS below which a film has no sound to judge."""


def check(heard: Heard, target: float) -> list[Finding]:
    found = []
    if heard.loudness > SILENT and abs(heard.loudness - target) > TOLERANCE:
        found.append(
            Finding(
                "loudness",
                "error",
                "the film",
                "not as loud as asked",
                f"{heard.loudness:.1f} LUFS",
                f"{target:g} ± {TOLERANCE:g}",
            )
        )
    if heard.peak > PEAK:
        found.append(
            Finding("true-peak", "error", "the film", "peaks too high", f"{heard.peak:.1f} dBTP", f"{PEAK:g}")
        )
    return found


CLEARER, DEAD = 6.0, -60.0
"""dB by which one track must differ from another to be worth a word, and dBFS of voices below which nothing
is on a track.
"""


def unchosen(workspace: Workspace, production: Production, cameras: Mapping[str, Footage]) -> list[Finding]:
    """Where a source has several tracks or channels that differ, and nobody chose: said before words are
    looked for on the wrong one.
    """
    found = []
    for source in production.open_sources:
        footage = cameras[source.id]
        several = footage.media.tracks
        if not source.track and not source.channel and (len(several) > 1 or several[0].channels == 2):
            titles = {f"track {track.number}": f' "{track.title}"' for track in several if track.title}
            clear = clear_tracks(workspace, source, footage)
            found += tracks(source.id, footage.feed.name, clear, titles)
    return found


def tracks(
    source: str, taken: str, heard: Mapping[str, tuple[float, float]], titles: Mapping[str, str]
) -> list[Finding]:
    """Says which of several tracks (or channels) was taken where nobody chose and they differ, and which
    voice is the clearer.

    `heard` gives the level of the voices in dBFS and how far the room is below them in dB, by the name of
    each choice.
    """
    alive = {name: clear for name, (level, clear) in heard.items() if level > DEAD}
    if not alive:
        return []
    best = max(alive, key=lambda name: alive[name])
    whole = [values for name, values in heard.items() if "channel" not in name]
    differ = any(
        abs(a - b) >= CLEARER for one in whole for other in whole for a, b in zip(one, other, strict=True)
    )
    if taken in alive and alive[best] - alive[taken] < CLEARER:
        if not differ:
            return []
        best = taken
    shown = "; ".join(f"{name}{titles.get(name, '')}: {_said(*values)}" for name, values in heard.items())
    words = best.split()
    write = f"track = {words[1]}" + (f", channel = {words[3]}" if len(words) > 2 else "")
    what = f"no track is chosen in production.toml, and {taken} was taken: write {write} to " + (
        "take the clearer one" if best != taken else "say that it is right"
    )
    return [Finding("tracks", "warning", source, what, shown, f"within {CLEARER:g} dB")]


def _said(level: float, clear: float) -> str:
    return f"voices {clear:.0f} dB above the room" if level > DEAD else "nothing on it"
