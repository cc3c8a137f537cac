"""What a build releases: the film and all beside it, or a draft alone; and what is to be looked at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from pipeline import __version__
from pipeline.captions.editing.lines import correction_findings
from pipeline.captions.editing.model import Conflict
from pipeline.captions.formats import CODECS, PUBLISHED
from pipeline.consent import exposure, gate, names, quoted, snapshot
from pipeline.consent.approve import Reviews
from pipeline.consent.clearance import Clearance
from pipeline.consent.model import Picture, Seen, Standing, digest_of
from pipeline.consent.signoff import Signoffs
from pipeline.core.codec import pretty
from pipeline.core.digest import digest
from pipeline.core.finding import Finding
from pipeline.core.footage import Fonts, Footage
from pipeline.core.ports import Look
from pipeline.delivery import build_report, editions, manifest, markers, readable
from pipeline.delivery.alternatives import Access
from pipeline.delivery.caption_qc import Captioned, CaptionQC
from pipeline.delivery.ledger import Export, Ledger, hashes
from pipeline.delivery.release import CUT, SEEN, Content, Door, Release, before, lies_in, outlet, take_back
from pipeline.delivery.wcag_sheet import Facts
from pipeline.edit.plan import Cleared
from pipeline.errors import OurwordsError
from pipeline.footage import multicam
from pipeline.matching import describe, lock, tasks
from pipeline.matching.model import Match, State
from pipeline.production import reading_time
from pipeline.production.load import Production
from pipeline.production.quotes import Pin, Quote
from pipeline.render.parts import Master, PlannedParts, still
from pipeline.verification import loudness_rules


class Finished(Captioned, Protocol):
    """What a release is made from: the film with everything that is known of it."""

    draft: bool
    reviews: Reviews

    @property
    def matches(self) -> Mapping[str, Match]: ...

    def file_at(self, source: str, seconds: float) -> tuple[str, float]: ...

    @property
    def pins(self) -> Mapping[str, Pin]: ...

    @property
    def whose(self) -> Mapping[str, str]: ...

    @property
    def cleared(self) -> Mapping[str, Cleared]: ...

    @property
    def clearance(self) -> Clearance: ...

    @property
    def cameras(self) -> Mapping[str, Footage]: ...

    @property
    def corrected(self) -> tuple[Any, list[Conflict]]: ...

    @property
    def answered(self) -> Mapping[str, Picture]: ...

    @property
    def shown(self) -> Mapping[str, Mapping[str, Seen]]: ...

    @property
    def standings(self) -> list[Standing]: ...

    @property
    def alternatives(self) -> Access: ...

    @property
    def fonts(self) -> Fonts: ...

    @property
    def look(self) -> Look: ...

    @property
    def master(self) -> Master: ...

    @property
    def track_findings(self) -> list[Finding]: ...

    @property
    def speaker_findings(self) -> list[Finding]: ...

    @property
    def voice_findings(self) -> list[Finding]: ...

    @property
    def framing_findings(self) -> list[Finding]: ...

    def contributor(self, quote: str) -> str: ...

    def why_not_found(self, quote: str) -> str: ...

    def alone(self, quote: str, use: str) -> Clipping: ...

    def clip(self, production: Production, *, plain: bool = False) -> Clipping: ...

    def joined(self, name: str, names: dict[str, str]) -> Master: ...


class Clipping(Finished, Protocol):
    """Some quotes of a `whole` film as a film of their own."""

    @property
    def whole(self) -> Finished: ...

    @property
    def planned_parts(self) -> PlannedParts: ...

    @property
    def pictures(self) -> Mapping[str, Picture]: ...

    @property
    def unheard(self) -> Mapping[str, Picture]: ...

    @property
    def foreseen_seconds(self) -> Fraction: ...

    @property
    def foreseen_bytes(self) -> int: ...


def shot_records(film: Finished) -> list[dict[str, Any]]:
    """The shots as the manifest lists them."""
    production = film.production
    texts = {quote.id: quote.text for quote in production.quotes}
    names = exposure.public_names(production)
    return manifest.shot_records(film.timeline, texts, production.bleeps, names)


def cut_fingerprint(film: Finished) -> str:
    """What a draft, or captions in another form, are made of: with another they are of another film."""
    corrections = [one.id for one in film.corrections.standing]
    return digest([film.production.film.language, shot_records(film), corrections])


def clips_fingerprint(film: Finished, of: gate.Facts) -> str:
    """What clips are made of: the shots and captions of their quotes, wherever in the film those stand."""
    return digest(["clips", *(_clip_of(film, name, of.use) for name in sorted(of.quotes))])


def _clip_of(film: Finished, quote: str, use: str) -> str:
    """A quote as a film of its own; of one that can be none, its words alone; of an unlisted one, nothing."""
    if quote not in film.production.quote:
        return ""
    try:
        alone = film.alone(quote, use)
        shots = [{key: value for key, value in shot.items() if key != "at"} for shot in shot_records(alone)]
        captions = digest_of(alone.shown[quote]["captions"])
    except OurwordsError:
        return film.production.quote[quote].digest
    return digest(["clip", film.production.film.language, shots, captions])


def edition(film: Finished) -> str:
    """What exports are made of: the cut, and all that people wrote around it."""
    production = film.production
    tables = (*production.cards, *production.scenes, production.training)
    written = [one.model_dump(mode="json", exclude_defaults=True) for one in tables]
    return digest([cut_fingerprint(film), production.film.title, written])


def facts(film: Finished, use: str = "", quotes: Iterable[str] | None = None) -> gate.Facts:
    """Who and what is in the film, or in what is made of some of its quotes."""
    return exposure.facts(
        film.production, film.timeline, use, quotes, pictures=film.answered, draft=film.draft
    )


def until(film: Finished) -> date | None:
    """The last day on which what leaves of the film may be shown: all approvals that it needs hold until
    then. None: nobody set one. The film itself stays, so that it can be shown and approved again.
    """
    needed, said = film.clearance.needed, film.standings
    days = (one.until for one in said if one.kind in needed and one.state == "approved")
    return min(filter(None, days), default=None)


def synced(film: Finished) -> list[str]:
    """How every recorder, and every angle that the film uses, runs beside its source."""
    material, names = film.material, exposure.public_names(film.production)
    return multicam.synced(material.cameras, material.recorders, names)


# Findings -------------------------------------------------------------------------------------


def caption_findings(film: Finished, qc: CaptionQC) -> list[Finding]:
    """What a person should look at in the captions, and in the cuts that they hang on."""
    points = {name: one.cuts for name, one in film.cleared.items()}
    hidden = [told for one in film.cleared.values() for told in one.findings]
    cards = reading_time.findings(film.production)
    return [*tasks.findings(points), *hidden, *kept_findings(film), *qc.findings, *cards]


def kept_findings(film: Finished) -> list[Finding]:
    """Corrections that cannot be put on any more: for a person to decide."""
    corrections = film.corrections
    return correction_findings(corrections.told(film.corrected[1]), corrections.book.damaged)


def problems(film: Finished, qc: CaptionQC) -> list[Finding]:
    """Everything a person should look at, once the film is made."""
    sound = loudness_rules.check(film.master.heard, film.production.film.loudness)
    voices = film.track_findings + film.speaker_findings + film.voice_findings + film.framing_findings
    return sound + voices + caption_findings(film, qc) + film.alternatives.findings()


def unanswered(film: Finished) -> list[Finding]:
    """Pictures of which nobody has said who is in them: a draft shows them, and no film will."""
    return [
        Finding("picture", "warning", one.quote, one.why, one.next_step, "who is in it, by a person")
        for one in gate.unanswered(film.answered.values())
    ]


# The release ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Built:
    """What a build changed in build/, and what is to be looked at."""

    changed: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def build(film: Finished, door: Door, signoffs: Signoffs, qc: CaptionQC) -> Built:
    """Make the film and put every file under its final name."""
    return _draft(film, door) if film.draft else _film(film, door, signoffs, qc)


def _draft(film: Finished, door: Door) -> Built:
    made = {"draft.mp4": film.master.folder / "draft.mp4"}
    film.workspace.cache.keep("draft")
    released = _published(film, door, [Release("draft", made, facts(film), cut_fingerprint(film))])
    return Built(released, tuple(unanswered(film)))


def _film(film: Finished, door: Door, signoffs: Signoffs, qc: CaptionQC) -> Built:
    timeline, captions = film.timeline, film.captions  # the gate stands here, before anything is written
    lock.keep(film.production, film.matches, film.pins)
    described = film.alternatives.described
    master = film.master
    found = problems(film, qc)
    files: dict[str, Content] = {
        "cut.mp4": master.folder / "cut.mp4",
        **({"cut.clean.mp4": master.folder / "cut.clean.mp4"} if film.look.clean else {}),
        **{f"captions/{name}": text for name, text in sidecars(film, qc, PUBLISHED).items()},
        **film.alternatives.files,
        "transcript.txt": build_report.transcript_text(timeline, captions, described).encode(),
        "transcript.html": build_report.transcript_html(timeline, captions, described),
        **markers.files(timeline),
        "report.html": _report(film, found),
    }
    unsaid = names.of(film.production)
    files = readable.unnamed(files, unsaid)
    files |= readable.unnamed(_caption_report(film, files, signoffs, qc), unsaid)
    digests = _digests(film, files)
    seen = snapshot.record(film.shown, film.whose, digests["cut.mp4"])
    cut = manifest.manifest(timeline, shot_records(film), digests, _versions(film))
    files |= {manifest.NAME: cut, CUT: cut, SEEN: pretty(seen)}
    editions.keep(film)
    film.workspace.cache.keep("film")
    now = edition(film)
    current = {now, cut_fingerprint(film), digests["cut.mp4"], *_clips(film, door)}
    releases = [Release("film", files, facts(film), now), *_before(film, door)]
    return Built(_published(film, door, releases, current), tuple(found))


def _clips(film: Finished, door: Door) -> Iterator[str]:
    """The clips in build/ as they would be made now: what cannot be made any more goes."""
    listed, seen = film.production.quote.keys(), set[str]()
    for one in door.record().values():
        known = digest([one.facts.use, *sorted(one.facts.quotes)])
        if one.release.startswith("clip") and known not in seen and one.facts.quotes.keys() <= listed:
            seen.add(known)
            yield clips_fingerprint(film, one.facts)


def _published(
    film: Finished, door: Door, releases: list[Release], current: set[str] | None = None
) -> tuple[str, ...]:
    changed = door.publish(releases, current)
    film.workspace.fingerprints.save()
    return tuple(name for name in changed if name != CUT)


def _report(film: Finished, found: Sequence[Finding]) -> bytes:
    timeline, production = film.timeline, film.production
    each = partial(still, film.workspace, timeline)
    shots = zip(timeline.shots, film.parts, strict=True)
    stills = film.workspace.side_by_side(lambda one: each(*one), list(shots))
    unused = [one.id for one in production.quotes if one.id not in production.in_scenes]
    not_used = {name: describe.stands(film.matches[name], film.why_not_found(name)) for name in unused}
    page = build_report.Page(
        timeline,
        film.captions,
        found,
        not_used,
        production.quote,
        film.master.heard,
        production.film.loudness,
        stills,
        synced(film),
    )
    return page.html()


def _caption_report(
    film: Finished, files: Mapping[str, Content], signoffs: Signoffs, qc: CaptionQC
) -> dict[str, bytes]:
    digests = _digests(film, files)
    report = qc.report(
        _evidence(film, digests, signoffs, qc), caption_findings(film, qc), qc.measured(digests["cut.mp4"])
    )
    return {"captions/report.json": report.json(), "captions/report.html": report.html()}


def _evidence(film: Finished, files: Mapping[str, str], signoffs: Signoffs, qc: CaptionQC) -> Facts:
    """What comes with the film, whose files are these, by hash."""
    captions, others = film.captions, film.alternatives
    return Facts(
        len(captions.cues),
        captions.language,
        tuple(name.removeprefix("captions/") for name in files if name.startswith("captions/")),
        clean=film.look.clean,
        transcript=True,
        described=others.published("description"),
        sign_language=others.published("sign_language"),
        signed=signoffs.by(captions, files),
        read_back=qc.read_back[0],
    )


def _versions(film: Finished) -> dict[str, str]:
    tools = film.workspace.tools
    build = tools.renderer(film.material).build
    return {"ourwords": __version__, "tools": build, "aligner": tools.identity("aligner")}


def _digests(film: Finished, files: Mapping[str, Content]) -> dict[str, str]:
    kept = film.workspace.cache.sha256
    return {
        name: sha256(content).hexdigest() if isinstance(content, bytes) else kept(content)
        for name, content in sorted(files.items())
    }


def _before(film: Finished, door: Door) -> list[Release]:
    """The cut that this one takes the place of, with nobody in it who may not be seen for this use today."""
    use, lists = film.production.film.use, door.lists()
    found = {
        name for name, one in film.matches.items() if one.state is State.MATCHED and name in lists.quotes
    }
    speaks = {name: lists.quotes[name].contributor or film.contributor(name) for name in sorted(found)}
    each = {
        name: gate.facts(use, [(lists.quotes[name], who)], lists.consents) for name, who in speaks.items()
    }
    allowed = {name for name, one in each.items() if not gate.objections(one, lists)}
    data, told = before(film.production.build, shot_records(film), allowed)
    if not data:
        return []
    unnamed = readable.without(json.loads(data), lists.names.hidden)  # it may be older than a name
    cut, read = _read_out(film, unnamed)
    in_it = [(lists.quotes[name], speaks[name]) for name in sorted(told)]
    in_it += [(one, quoted.contributor(film.production, one)) for one in read]
    return [Release("before", {manifest.BEFORE: pretty(cut)}, gate.facts(use, in_it, lists.consents))]


def _read_out(film: Finished, cut: dict[str, Any]) -> tuple[dict[str, Any], list[Quote]]:
    """A cut of before without what stood on its cards and in its prompts and may not be read any more; and
    the quotes whose words still stand there.
    """
    ours = {**cut, "shots": [shot for shot in cut["shots"] if not shot["quote"]]}
    texts = list[names.Text]()

    def collected(text: str) -> str:
        texts.append(("the cut before", text))
        return text

    def told(text: str) -> str:
        return "" if film.clearance.on_screen([("the cut before", text)]) else text

    readable.without(ours, collected)
    if film.clearance.on_screen(texts):
        texts.clear()
        shots = [shot if shot["quote"] else readable.without(shot, told) for shot in cut["shots"]]
        cut = {**readable.without({**cut, "shots": []}, told), "shots": shots}
        readable.without({**cut, "shots": [shot for shot in shots if not shot["quote"]]}, collected)
    return cut, [film.production.quote[name] for name in quoted.on_screen(film.production, texts)]


# Captions as files ----------------------------------------------------------------------------


def sidecars(film: Finished, qc: CaptionQC, formats: Iterable[str]) -> dict[str, bytes]:
    """The film's captions as files, for whoever holds the approvals that the film needs."""
    captions, clearance = film.captions, film.clearance  # the gate stands here
    clearance.agreed(film.standings, clearance.needed)
    return {f"cut.{captions.language}.{CODECS[kind].endings[0]}": qc.sidecar(kind) for kind in formats}


def export_captions(
    film: Finished, door: Door, qc: CaptionQC, formats: Iterable[str], folder: Path
) -> list[Path]:
    """The film's captions as files, put into a folder; what goes out of build/ is written down first."""
    outlet(door.build, folder)
    made: dict[str, Content] = dict(sidecars(film, qc, formats))
    editions.keep(film)
    ends = until(film)
    release = Release("captions export", made, facts(film), cut_fingerprint(film), until=ends)
    if not lies_in(door.build, folder):
        door.look([release])
        book, day = Ledger(film.production.root), film.clearance.today
        place, now = book.place(folder), edition(film)
        older = [one for one in book.brought({"captions"}, place) if one.of != now]
        book.enter([Export("captions", hashes(made), release.facts, place, "", day, now, until=ends)])
        take_back(folder, older, made)
    return door.hand_out(release, folder)


def release_verified(film: Finished, door: Door, pages: Mapping[str, Content], of: str) -> tuple[str, ...]:
    """What `verify` found, beside the film with the hash `of`."""
    files = readable.unnamed(pages, names.of(film.production))
    return _published(film, door, [Release("verify", files, facts(film), of)])
