"""`ourwords verify --clips`: the packs in build/clips/ held against what they should be today, which is made
anew from how each was asked for, the lists and the footage; nothing that a pack says of itself is believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pipeline.consent import gate, names
from pipeline.core.area import Area
from pipeline.core.codec import VERSION, pretty
from pipeline.core.digest import file_digest
from pipeline.core.finding import Count, Finding, counted
from pipeline.core.footage import Footage
from pipeline.delivery import build_report, readable
from pipeline.delivery.build import Clipping, Finished, clips_fingerprint, facts
from pipeline.delivery.clips import make
from pipeline.delivery.clips.asked import Asked, asked
from pipeline.delivery.release import Door, Entry, Release, packs_in
from pipeline.edit.timeline import Take
from pipeline.errors import ChecksFailed, ConfigError, OurwordsError
from pipeline.footage import faces
from pipeline.verification import sidecars
from pipeline.verification.clips import ClipProof, Due


@dataclass(frozen=True)
class CheckedClip:
    """A clip by its file's name, and everything found of it, errors first. One that may not be shown is told
    by its quote: a name is how somebody begins to speak.
    """

    name: str
    sha256: str
    findings: tuple[Finding, ...]

    @property
    def count(self) -> Count:
        return counted(self.findings)


@dataclass(frozen=True)
class CheckedPack:
    """A pack, its clips, and what was found of what they share."""

    name: str
    clips: tuple[CheckedClip, ...]
    findings: tuple[Finding, ...]

    @property
    def every(self) -> tuple[Finding, ...]:
        """All findings, each with the clip and the pack that it is of."""
        mine = [replace(one, where=f"{self.name}: {one.where}") for one in self.findings]
        for clip in self.clips:
            mine += [replace(one, where=f"{self.name}/{clip.name}: {one.where}") for one in clip.findings]
        return tuple(mine)


def checked(film: Finished, door: Door, name: str = "", *, listen: bool = False) -> list[CheckedPack]:
    """Every pack, or one, by what lies in build/ now."""
    known, record = asked(door.build), door.record()
    packs = sorted(packs_in(record))
    if not packs:
        raise ChecksFailed(
            "there are no clips to verify", where=str(door.build / make.FOLDER), next_step="ourwords clips"
        )
    if name and name not in packs:
        raise ConfigError(f'no pack "{name}"', next_step=f"there are: {', '.join(packs)}")
    one = _Checking(film, door, record, listen)
    return [one.pack(each, known.get(each)) for each in packs if name in ("", each)]


@dataclass(frozen=True)
class _Checking:
    """One verification of packs."""

    film: Finished
    door: Door
    record: Mapping[str, Entry]
    listen: bool

    def pack(self, name: str, asked_for: Asked | None) -> CheckedPack:
        if asked_for is None:
            what = "nobody knows any more how it was asked for: make it again"
            found = [Finding("unknown", "error", "the pack", what, "not recorded", "recorded")]
            return CheckedPack(name, (), (*found, *self._files(name)))
        refused = make.refused_of(self.film, asked_for.quotes, asked_for.how.preset.use, skip=True)
        no = {one.quote: one for one in reversed(refused)}
        clips = [CheckedClip(quote, "", (_refused(one),)) for quote, one in no.items()]
        for piece in make.pieces_of(self.film, asked_for.quotes, asked_for.how, asked_for.title, no):
            path = self.door.build / make.FOLDER / name / f"{piece.name}.mp4"
            checked = tuple(self._clip(name, piece, asked_for))
            clips.append(CheckedClip(piece.name, file_digest(path) if path.is_file() else "", checked))
        return CheckedPack(name, tuple(clips), tuple(self._files(name)))

    def _files(self, name: str) -> Iterator[Finding]:
        """Is every file of a pack there, as it was made; and is there no other?"""
        folder = f"{make.FOLDER}/{name}/"
        for path, entry in self.record.items():
            if path.startswith(folder):
                file, where = self.door.build / path, path.removeprefix(folder)
                if not file.is_file():
                    what = "was made and is not there any more"
                    yield Finding("file-missing", "error", where, what, "missing", "there")
                elif (now := file_digest(file)) != entry.sha256:
                    what = "is not, byte for byte, what was made"
                    yield Finding("file-changed", "error", where, what, now[:12], entry.sha256[:12])
        for other in self.door.not_ours():
            if other.startswith(folder):
                what = "was not made here, and nobody holds it against the consents"
                yield Finding("not-ours", "warning", other.removeprefix(folder), what, "there", "not there")

    def _clip(self, name: str, piece: make.Piece, asked_for: Asked) -> Iterator[Finding]:
        folder, film, how = f"{make.FOLDER}/{name}/", piece.film, asked_for.how
        entry = self.record.get(f"{folder}{piece.name}.mp4")
        if entry is None:
            what = "should be there by now's lists and is not: make the pack again"
            yield Finding("file-missing", "error", f"{piece.name}.mp4", what, "missing", "there")
            return
        try:
            mine = facts(film, how.preset.use).quotes
            now = (
                clips_fingerprint(film.whole, entry.facts)
                if mine.items() <= entry.facts.quotes.items()
                else ""
            )
            if entry.of != now:
                what = "was made from other lists than there are now: make it again"
                yield Finding("out-of-date", "error", "the clip", what, "another cut", "the same")
                return
            path = self.door.build / folder / f"{piece.name}.mp4"
            due = Due(how.burnt, make.limit_of(how), piece.title)
            yield from ClipProof(film, path, due, faces=self._faces(film), listen=self.listen).findings()
            if how.sidecars:
                for kind in ("srt", "vtt"):
                    file = path.with_suffix(f".{kind}")
                    if file.is_file():
                        yield from sidecars.findings(file.name, file.read_bytes(), film.captions)
        except OurwordsError as problem:  # of one clip: the others are looked at all the same
            yield Finding(
                "not-judged", "error", problem.where or "the clip", problem.what, "stopped", problem.next_step
            )

    def _faces(self, film: Clipping) -> dict[Take, dict[int, Sequence[Area]]]:
        """Of a clip of another shape, the faces of each take's camera, by its frames."""
        mine, whole = film.timeline.size, self.film.production.size
        if mine[0] * whole[1] == mine[1] * whole[0] or not film.workspace.tools.faces():
            return {}
        timeline, material = film.timeline, film.material
        cameras = {take: material.cameras[take.camera] for take in timeline.takes}
        takes = [take for take in timeline.takes if _moves(cameras[take])]
        runs = [(take.source, cameras[take], (take.first, take.first + take.frames)) for take in takes]
        found = faces.looked(film.workspace, material.people, timeline.rate, runs)
        seen = zip(takes, found, strict=True)
        return {take: {one.frame: one.faces for one in several} for take, several in seen}


def _refused(one: gate.Refusal) -> Finding:
    what = f"may not be shown: {one.why}"
    return Finding("refused", "error", one.quote, what, one.next_step, "approved")


def _moves(camera: Footage) -> bool:
    """Does a camera have pictures, and no still that stands for them?"""
    return camera.media.picture is not None and camera.still is None


def page(name: str) -> str:
    """Where what was found of a pack is read, in build/: beside the pack, which leaves without it."""
    return f"{make.FOLDER}/verify-{name}.html"


def release(film: Finished, door: Door, packs: Sequence[CheckedPack]) -> list[Path]:
    """Put a page and a record for each pack beside it; whoever withdraws takes both along. Where they are."""
    spec, record = film.production.film, door.record()
    made = []
    for pack in packs:
        entries = [one for path, one in record.items() if path.startswith(f"{make.FOLDER}/{pack.name}/")]
        mine = [one.facts for one in entries]
        use = mine[0].use if mine else spec.use
        until = min((one.until for one in entries if one.until), default=None)
        files = {
            page(pack.name): build_report.verified_clips_html(pack, spec.title, spec.language),
            page(pack.name).replace(".html", ".json"): pretty({"version": VERSION, **asdict(pack)}),
        }
        unnamed = readable.unnamed(files, names.of(film.production))
        made.append(Release(f"verify clips {pack.name}", unnamed, gate.together(mine, use), until=until))
    door.publish(made)
    return [door.build / page(pack.name) for pack in packs]
