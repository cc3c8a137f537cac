"""What others make for people who cannot see or hear the film, or read it quickly: described, signed, in easy
read.

Nothing of it is made here, and nothing invented: a file is looked at, held against the film,
labelled as
what it is and put beside the captions. It is never the captions.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from fractions import Fraction
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from shutil import copyfile

from pipeline.captions import formats as caption_files
from pipeline.captions.model import Captions, Cue
from pipeline.consent import exposure, gate
from pipeline.consent.clearance import Clearance
from pipeline.core.finding import Finding
from pipeline.core.footage import File
from pipeline.core.media import Media
from pipeline.edit.timeline import Timeline
from pipeline.engine.task import Context, Task
from pipeline.engine.workspace import Workspace
from pipeline.errors import InputError
from pipeline.footage.copies import Picture, pictures_of
from pipeline.footage.recordings import ingest
from pipeline.language.papers import is_nobody
from pipeline.production.load import Production
from pipeline.production.specs import DescriptionSpec, EasyReadSpec, SignLanguageSpec

SLACK = Fraction(1)
"""Seconds that a recording may run on after the film."""

_NOTES = {
    "description": "Audio description: what is seen, for people who cannot see it. These are not the "
    "captions.",
    "easy-read": "Easy read: what is said, in simpler words than were said. These are not the captions.",
}

SHOWN = 16
"""Characters of a file's SHA-256 that a message names, to be written down."""

Spec = DescriptionSpec | SignLanguageSpec | EasyReadSpec


class Access:
    def __init__(
        self,
        production: Production,
        seconds: Fraction,
        kept: Callable[[str], tuple[Media, Path]],
        today: date,
    ) -> None:
        """`seconds` is how long the film is; `kept` looks at a recording and keeps it as it is."""
        self.production, self.seconds, self.kept, self.today = production, seconds, kept, today

    @property
    def slots(self) -> dict[str, Spec]:
        """What the production has, under the names that it has in production.toml."""
        production = self.production
        given = {
            "description": production.description,
            "sign_language": production.sign_language,
            "easy_read": production.easy_read,
        }
        return {name: spec for name, spec in given.items() if spec is not None}

    @cached_property
    def open(self) -> dict[str, str]:
        """Why a slot's file is not published, by the slot: nobody has approved it as it is now."""
        return {name: why for name, spec in self.slots.items() if (why := self._unapproved(spec))}

    def _unapproved(self, spec: Spec) -> str:
        if not spec.approved_by:
            return "nobody has approved it (no approved_by)"
        if is_nobody(spec.approved_by):
            return f'nobody has approved it (approved_by says "{spec.approved_by[:40]}")'
        if spec.approved_on is None:
            return f"approved by {spec.approved_by}, but nobody wrote down when (approved_on)"
        if spec.approved_on > self.today:
            return f"approved on {spec.approved_on}, which is in the future"
        digest = self._digest(spec)
        if not spec.sha256:
            return (
                f"nothing says which file was approved: once {spec.approved_by} has seen this one, write "
                f'sha256 = "{digest[:SHOWN]}"'
            )
        if not digest.startswith(spec.sha256):
            return (
                f"its file is not the one that was approved: once {spec.approved_by} has seen this one, "
                f'write sha256 = "{digest[:SHOWN]}" and when'
            )
        return ""

    def _digest(self, spec: Spec) -> str:
        """SHA-256 of what a slot holds; of two files, of both as one."""
        found = sha256()
        for name in spec.files:
            with self.production.path(name).open("rb") as file:
                while block := file.read(1 << 20):
                    found.update(block)
        return found.hexdigest()

    def gate(self) -> None:
        """For a final film, somebody has agreed to each: these are other words and pictures than the
        contributors approved.
        """
        gate.others_approved({_said(name): why for name, why in self.open.items()})

    def findings(self) -> list[Finding]:
        """What is still to be done about them."""
        return [
            Finding(
                "access",
                "warning",
                f"production.toml, {name}",
                "is left out of what is published",
                why,
                "approved as it is",
                criterion=_CRITERIA[name],
            )
            for name, why in self.open.items()
        ]

    def published(self, slot: str) -> str:
        """The files of a slot that are published, in words; blank where none is."""
        spec = self.slots.get(slot)
        return " and ".join(spec.files) if spec and slot not in self.open else ""

    @property
    def texts(self) -> list[tuple[str, str]]:
        """(file, all its words): names that nobody may read are looked for in them too."""
        description, easy = self.production.description, self.production.easy_read
        files = [file for file in (description and description.script, easy and easy.file) if file]
        return [(file, text) for file in files for text in self._read(file)]

    def _read(self, file: str) -> list[str]:
        """What is shown of a file, and the whole of one that is passed on: its notes leave with it."""
        shown = " ".join(f"{cue.speaker} {cue.text}" for cue in self._subtitles(file).cues)
        passed_on = self._passed_on(file)
        return [shown, *([passed_on.decode()] if passed_on else [])]

    @cached_property
    def described(self) -> tuple[Cue, ...]:
        """The audio-description script, for the transcript."""
        spec = self.production.description
        return (
            self._subtitles(spec.script).cues
            if spec and spec.script and "description" not in self.open
            else ()
        )

    @cached_property
    def files(self) -> dict[str, Path | bytes]:
        """Everything that is published, under names that say what it is: what is approved as it is. What is
        not is looked at all the same.
        """
        made = {
            "description": self._description(),
            "sign_language": self._signed(),
            "easy_read": self._easy_read(),
        }
        return {
            name: content
            for slot, files in made.items()
            if slot not in self.open
            for name, content in files.items()
        }

    def _description(self) -> dict[str, Path | bytes]:
        spec, language = self.production.description, self.production.film.language
        found: dict[str, Path | bytes] = {}
        if spec and spec.file:
            found[f"captions/description.{language}{self._ending(spec.file)}"] = self._recording(
                spec.file, "sound"
            )
        if spec and spec.script:
            found[f"captions/description.{language}.vtt"] = self._webvtt("description", spec.script)
        return found

    def _signed(self) -> dict[str, Path | bytes]:
        spec = self.production.sign_language
        return (
            {f"captions/sign-language{self._ending(spec.file)}": self._recording(spec.file, "picture")}
            if spec
            else {}
        )

    def _easy_read(self) -> dict[str, Path | bytes]:
        spec = self.production.easy_read
        name = f"captions/easy-read.{self.production.film.language}.vtt"
        return {name: self._webvtt("easy-read", spec.file)} if spec else {}

    @staticmethod
    def _ending(file: str) -> str:
        return Path(file).suffix.lower()

    def _recording(self, file: str, needs: str) -> Path:
        media, path = self.kept(file)
        if (needs == "picture" and media.picture is None) or (needs == "sound" and not media.tracks):
            raise InputError(f"has no {needs}", where=file, next_step="give the file that has")
        if media.duration > self.seconds + SLACK:
            raise InputError(
                f"is longer than the film: {float(media.duration):.1f} s against {float(self.seconds):.1f} s",
                where=file,
                next_step="it belongs to another cut: have it made for this one",
            )
        return path

    def _subtitles(self, file: str) -> Captions:
        found = caption_files.read(Path(file).name, self.production.path(file).read_bytes())
        if not found.cues:
            raise InputError(
                "has nothing in it",
                where=file,
                next_step="give the finished file, or take it out of production.toml",
            )
        late = next((cue for cue in found.cues if cue.span.end.seconds > self.seconds + SLACK), None)
        if late:
            raise InputError(
                f'is longer than the film: "{late.text[:40]}" stands until {late.span.end}',
                where=file,
                next_step="it belongs to another cut: time it anew",
            )
        try:
            return Captions(
                self.production.film.language, tuple(sorted(found.cues, key=lambda cue: cue.span))
            )
        except ValueError as problem:
            raise InputError(
                str(problem), where=file, next_step="let each end where the next begins"
            ) from None

    def _webvtt(self, kind: str, file: str) -> bytes:
        """What is passed on, or WebVTT made of another format, which says what it is."""
        captions = self._subtitles(file)  # looking is the check
        if data := self._passed_on(file):
            return data
        head, _, rest = caption_files.to_vtt(captions).partition("\n\n")
        return f"{head}\n\nNOTE {_NOTES[kind]}\n\n{rest}".encode()

    def _passed_on(self, file: str) -> bytes:
        """The file itself, byte for byte as it was approved, where players read it: WebVTT in UTF-8."""
        data = self.production.path(file).read_bytes()
        with suppress(UnicodeDecodeError):
            return data if data.decode().removeprefix("\ufeff").startswith("WEBVTT") else b""
        return b""


_CRITERIA = {"description": "1.2.5", "sign_language": "1.2.6", "easy_read": "3.1.5"}
"""The WCAG 2.2 criteria that each bears on."""


def cleared(production: Production, workspace: Workspace, timeline: Timeline, clearance: Clearance) -> Access:
    """What others made, looked at before anything is rendered. A final film's is approved; of a draft's, what
    is not is left out.
    """
    people = sorted({take.contributor for take in timeline.takes})
    keep = partial(_kept, workspace, production, people)
    found = Access(production, timeline.frames / timeline.rate, keep, clearance.today)
    with workspace.fingerprints.held(_given(production, workspace)):  # what is approved is what is read
        if clearance.stage == "final":
            found.gate()
        clearance.written(found.texts)
        gate.refuse(clearance.on_screen(found.texts))
        found.files  # noqa: B018 - looking is the check
    return found


def _given(production: Production, workspace: Workspace) -> list[File]:
    """Their files, as far as they are there."""
    slots = (production.description, production.sign_language, production.easy_read)
    paths = [production.path(file) for one in slots if one for file in one.files]
    return [File(path, workspace.fingerprints.of(path)) for path in paths if path.is_file()]


def pictures(production: Production, workspace: Workspace) -> list[Picture]:
    """What is passed on whole and can be seen."""
    recordings = (production.description, production.sign_language)
    files = [one.file for one in recordings if one and one.file]
    looked = {file: ingest(workspace, production, file, [file], recorder=True) for file in files}
    return [one for file, found in looked.items() for one in pictures_of(file, found, ())]


def _copy(at: Context, file: File, name: str) -> None:
    copyfile(file.path, at.folder / name)


WHOLE: Task[Path] = Task("access {}", 1, _copy, here=True)
"""A recording that somebody made for the film, kept as it is."""


def _kept(workspace: Workspace, production: Production, people: list[str], file: str) -> tuple[Media, Path]:
    """A recording that is passed on whole, looked at; never an interview."""
    path = production.path(file)
    there = File(path, workspace.fingerprints.of(path))
    gate.passed_on(file, there.sha256, exposure.interviews(production, workspace.fingerprints.of))
    media = ingest(workspace, production, file, [file], recorder=True).media
    name = f"whole{path.suffix.lower()}"
    return media, workspace.make(WHOLE, file, people, file=there, name=name) / name


def _said(slot: str) -> str:
    return slot.replace("_", " ")
