"""Clips for workshops, made: each a small film of its own by the hands of the film, so that what that has is
not made again. They go out together, as a pack.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from pipeline.consent import gate, quoted
from pipeline.consent import names as unsaid
from pipeline.delivery import ledger as handed_out
from pipeline.delivery import transcript_page
from pipeline.delivery.build import Clipping, Finished, clips_fingerprint, facts
from pipeline.delivery.clips import names
from pipeline.delivery.clips import pack as packed
from pipeline.delivery.clips.asked import Asked
from pipeline.delivery.clips.choose import STAGES, Chosen, by_footage, chosen, plain, speaker, whose
from pipeline.delivery.clips.model import Clip, Clipped, Foreseen, How, Line, Pack, Wanted
from pipeline.delivery.ledger import Export, Ledger
from pipeline.delivery.release import Content, Door, Release, lies_in, take_back
from pipeline.delivery.training.guide_words import Words
from pipeline.edit.timeline import Take
from pipeline.engine.cache import NotMade
from pipeline.engine.private import check_writable
from pipeline.errors import ChecksFailed, ConfigError, InputError, together
from pipeline.language.codes import iso639_2
from pipeline.matching.describe import explain
from pipeline.matching.model import State
from pipeline.production.clips import size_in
from pipeline.production.excerpt import Dress, content_notes, excerpt, scene_of
from pipeline.render.parts import rendered, still
from pipeline.render.smaller import Shape, Smaller, size_of, smaller

FOLDER, FILM = "clips", "clip.mp4"

OLD = re.compile(rf"{FOLDER}/(?!verify-)[^/]+")
"""Clips of an older ourwords, which made no packs."""

SOUND = 24_000
"""Bytes that a second of encoded sound takes."""

UNLISTED = "is not in the quote list any more", "make the pack again, without it"

SAID = {"training": "For training", "workshop": "For workshops", "public": "For everybody"}
"""What an opening card says of each use."""


@dataclass(frozen=True)
class Piece:
    """A clip that is to be made, and its film."""

    name: str
    title: str
    quotes: tuple[str, ...]
    film: Clipping
    until: date | None


@dataclass(frozen=True)
class Planned:
    """All that is to be made, and who is left out."""

    title: str
    name: str
    pieces: tuple[Piece, ...]
    chosen: Chosen
    refused: tuple[gate.Refusal, ...]


def clips(
    film: Finished,
    door: Door,
    book: Ledger,
    wanted: Wanted,
    how: How,
    *,
    skip_refused: bool = False,
    to: Path | None = None,
    recipient: str = "",
) -> Clipped:
    """A pack of clips of what is wanted and may be shown for the preset's use, in build/clips/ or in another
    folder; written into the ledger before it leaves.
    """
    planned = _planned(film, wanted, how, skip_refused=skip_refused)
    if not planned.pieces:
        return Clipped((), planned.refused, left_out=planned.chosen.left_out)
    folder = ((to or door.build / FOLDER) / planned.name).resolve()
    _outlet(door.build, folder)
    check_writable(folder, "what is made of the clips")
    rendered(film.workspace, [piece.film.planned_parts for piece in planned.pieces])
    parted = [(piece, _parted(piece)) for piece in planned.pieces]
    made = film.workspace.side_by_side(lambda one: _clip(*one, how), parted)
    if wrong := [one for one in made if isinstance(one, InputError)]:
        raise together(wrong)
    pack = _pack(film, planned, how, [one for one in made if isinstance(one, Clip)])
    files = _let_out(film, door, book, pack, how, folder, recipient.strip())
    film.workspace.cache.keep("clips")
    film.workspace.fingerprints.save()
    told = tuple(finding for clip in pack.clips for finding in clip.findings)
    return Clipped(files, planned.refused, str(folder), pack.clips, told, planned.chosen.left_out)


def foreseen(film: Finished, wanted: Wanted, how: How, *, skip_refused: bool = False) -> list[Foreseen]:
    """The clips that would be made, how long and about how large they are, as far as a dry project knows."""
    planned = _planned(film, wanted, how, skip_refused=skip_refused)
    return [_foreseen(piece, how) for piece in planned.pieces]


def _outlet(build: Path, folder: Path) -> None:
    """In build/ packs lie in clips/ alone: there they are looked after, and take nothing else's place."""
    if lies_in(build, folder) and folder.parent != (build / FOLDER).resolve():
        step = f"leave --to out: they lie in {build / FOLDER}; or name a folder outside build/"
        raise ConfigError("is no place for clips", where=f"--to {folder.parent}", next_step=step)


# What is made ------------------------------------------------------------------------------------


def _planned(film: Finished, wanted: Wanted, how: How, *, skip_refused: bool) -> Planned:
    use = how.preset.use
    found = chosen(film, wanted)
    refused = refused_of(film, found.quotes, use, skip=skip_refused)
    quotes = _but(found.quotes, refused)
    if not quotes:  # nor has it a title, which would be somebody's words who may not be shown
        return Planned("", "", (), found, tuple(refused))
    title = how.title.strip() or _title(film, wanted, quotes)
    name = names.of_pack(how.name or _called(title, how), unsaid.of(film.production))
    _may_be_read(film, quotes, how, title)
    pieces = tuple(pieces_of(film, quotes, how, title))
    return Planned(title, name, pieces, found, tuple(refused))


def refused_of(film: Finished, quotes: Sequence[str], use: str, *, skip: bool) -> list[gate.Refusal]:
    """Why some of them may not be clips; without `skip` it ends here, where there is any."""
    listed = film.production.quote
    refused = [gate.Refusal(name, "", *UNLISTED) for name in quotes if name not in listed]
    for stage in STAGES:
        left = _but(quotes, refused)
        with suppress(NotMade):  # a dry project asks as far as it knows
            found = stage(film, left, use)
            if stage is by_footage and not skip:
                _all_settled(film, left)
            if not skip:
                gate.clips(found, use)
            refused += found
    return refused


def _but(quotes: Sequence[str], refused: Iterable[gate.Refusal]) -> tuple[str, ...]:
    left_out = {item.quote for item in refused}
    return tuple(name for name in quotes if name not in left_out)


def _all_settled(film: Finished, quotes: Sequence[str]) -> None:
    lost = [film.matches[name] for name in quotes if film.matches[name].state is not State.MATCHED]
    told = [explain(found, film.production.quote[found.quote], film.file_at) for found in lost]
    if told:
        raise ChecksFailed("\n".join(told), next_step="no clip was written; --skip-refused makes the others")


def _title(film: Finished, wanted: Wanted, quotes: Sequence[str]) -> str:
    """What a pack is called where nobody says: after what was asked for."""
    production = film.production
    asked = []
    if wanted.theme is not None:
        theme = production.quote[quotes[0]].theme.strip()
        asked.append(theme[:1].upper() + theme[1:])
    if wanted.contributor is not None:
        asked.append(speaker(production, wanted.contributor) or "One contributor")
    if wanted.search is not None:
        asked.append(f"“{wanted.search.strip()}”")
    if not asked:
        more = f", and {len(quotes) - 1} more" if len(quotes) > 1 else ""
        asked.append(f"{_opening(film, quotes[0])}{more}")
    return ", ".join(asked)


def _opening(film: Finished, quote: str) -> str:
    """How a quote begins, nobody named who may not be; of one that is not in the list any more, nothing."""
    production = film.production
    if quote not in production.quote:
        return production.film.title
    said = unsaid.said(production, production.quote[quote], whose(film, quote))
    return names.opening(said, unsaid.of(production)) or film.production.film.title


def _called(title: str, how: How) -> str:
    """A pack's name says its shape: one for phones and one for the wall may lie side by side."""
    shape = "" if how.preset.shape == "as-film" else f" {how.preset.shape.replace(':', 'x')}"
    return f"{title}{shape}{' reel' if how.preset.reel else ''}"


def _may_be_read(film: Finished, quotes: Sequence[str], how: How, title: str) -> None:
    """Refuse words of the pack's own that name somebody who may not be named, or that are a quote's which may
    not be used: also where they stand on no card.
    """
    clearance = film.clip(excerpt(film.production, quotes, how.preset.use)).clearance
    texts = _own_texts(film, quotes, how, title)
    gate.refuse(
        [*clearance.named(texts), *clearance.on_screen(texts)],
        where=f"the consent gate, for {how.preset.use}",
        next_step="no clip was written",
    )


def _own_texts(film: Finished, quotes: Sequence[str], how: How, title: str) -> list[unsaid.Text]:
    """What is read in a pack besides its quotes."""
    texts = [
        ("the title of the clips", title),
        ("the name of the pack", how.name.replace("-", " ")),
        ("the question of the clips", how.preset.question),
        *(("the content note", note) for note in content_notes(film.production, quotes)),
        *(("a facilitator's note", note) for note in _notes(film, quotes)),
        *((f"production.toml, training, {key}", text) for key, text in film.production.training.texts),
    ]
    return [(where, text) for where, text in texts if text.strip()]


def _notes(film: Finished, quotes: Iterable[str]) -> tuple[str, ...]:
    """What facilitators are told of the film's own breaks after these quotes."""
    scenes = {name: scene_of(film.production, name) for name in quotes}
    return tuple(
        one.notes
        for name, scene in scenes.items()
        for one in (scene.reflection if scene else ())
        if one.after == name and one.notes
    )


def pieces_of(
    film: Finished, quotes: tuple[str, ...], how: How, title: str, refused: Container[str] = ()
) -> Iterator[Piece]:
    """The clips of these quotes, but those with one that is refused: those keep their numbers alone."""
    groups = [quotes] if how.preset.reel else [(name,) for name in quotes]
    alone = bool(how.title.strip()) and len(groups) == 1
    titles = [title if alone or how.preset.reel else _opening(film, group[0]) for group in groups]
    called = names.of_clips(titles, unsaid.of(film.production))
    for group, own, name in zip(groups, titles, called, strict=True):
        if any(quote in refused for quote in group):
            continue
        until = _until(film, group, how.preset.use)
        production = excerpt(
            film.production, group, how.preset.use, _dress(film, group, how, own, title, until)
        )
        yield Piece(name, own, group, film.clip(production, plain=_plain(film, how)), until)


def _dress(
    film: Finished, quotes: tuple[str, ...], how: How, own: str, title: str, until: date | None
) -> Dress:
    preset, of = how.preset, film.production
    size = size_in(preset.shape, of.size, preset.short)
    another = size != of.size
    return Dress(
        title=own,
        size=size,
        fill=preset.fill if another else None,
        framing=size[0] * of.size[1] != size[1] * of.size[0],
        clean=False if another or _plain(film, how) else None,
        opening=_card(film, quotes, title, preset.use, until) if preset.card else "",
        between=_between(film, quotes),
        question=preset.question,
        seconds=preset.question_seconds,
    )


def _plain(film: Finished, how: How) -> bool:
    """Are pictures without captions to be made, since the film has none of this shape?"""
    preset, of = how.preset, film.production
    another = size_in(preset.shape, of.size, preset.short) != of.size
    return not how.burnt and (another or not of.film.clean)


def _card(film: Finished, quotes: Iterable[str], title: str, use: str, until: date | None) -> str:
    """The opening card: the title, who speaks, what it may be used for and until when."""
    people = _speakers(film, quotes)
    line = f"{SAID[use]}, until {_day(film, until)}" if until else SAID[use]
    return "\n".join(dict.fromkeys(filter(None, (title, _listed(people), line))))


def _day(film: Finished, day: date) -> str:
    """A day in words; in figures, where a month is what somebody is called who may not be named."""
    written = Words(film.production.film.language).day(day)
    return day.isoformat() if unsaid.of(film.production).hits(written) else written


def _speakers(film: Finished, quotes: Iterable[str]) -> tuple[str, ...]:
    shown = (speaker(film.production, whose(film, name)) for name in quotes)
    return tuple(dict.fromkeys(filter(None, shown)))


def _listed(some: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(some[:-1]), *some[-1:])))


def _between(film: Finished, quotes: Sequence[str]) -> dict[str, str]:
    """The cards between the quotes of a reel: which one comes, and whose it is."""
    return {
        name: "\n".join(filter(None, (f"{number} of {len(quotes)}", *_speakers(film, [name]))))
        for number, name in enumerate(quotes, 1)
        if number > 1
    }


def _until(film: Finished, quotes: Iterable[str], use: str) -> date | None:
    """The last day on which all who are in it, and all that was approved of it, may be shown."""
    with suppress(NotMade):
        return min((day for name in quotes for day in _days(film, name, use)), default=None)
    return None


def _days(film: Finished, quote: str, use: str) -> Iterator[date]:
    alone, best = film.alone(quote, use), film.matches[quote].best
    people = {film.contributor(quote), *(film.production.source[best.source].everybody if best else ())}
    people.update(who for one in alone.pictures.values() for who in one.people)
    consents = [film.production.consent[who] for who in people if who in film.production.consent]
    yield from filter(None, (one.expires_on for one in consents))
    yield from filter(None, (one.until for one in alone.pictures.values()))
    said = alone.clearance.standings(alone.shown, alone.whose, use)
    yield from filter(None, (one.until for one in said if one.state == "approved"))


# One clip ----------------------------------------------------------------------------------------


def _foreseen(piece: Piece, how: How) -> Foreseen:
    film, limit = piece.film, limit_of(how)
    seconds = size = None
    kept = False
    with suppress(NotMade):
        seconds = film.foreseen_seconds
        size = film.foreseen_bytes + int(seconds * SOUND)
        size = (film.joined(piece.name, _picture(how)).folder / FILM).stat().st_size
        kept = not limit or size <= limit
    if size is not None and limit:
        size = min(size, limit)
    return Foreseen(piece.name, piece.quotes, piece.title, seconds, size, kept)


def _picture(how: How) -> dict[str, str]:
    return {"captioned" if how.burnt else "clean": FILM}


def limit_of(how: How) -> int:
    """Bytes that a clip may have; 0: as many as it needs."""
    return size_of(how.preset.max_size) if how.preset.max_size else 0


def _parted(piece: Piece) -> gate.Facts:
    """A clip that can be put together: who is in it."""
    piece.film.parts  # noqa: B018 - all of them are there, and asking finds them
    return facts(piece.film, piece.film.production.film.use)


def _clip(piece: Piece, who: gate.Facts, how: How) -> Clip | InputError:
    """A clip of parts that are there; it waits for no other thread. What can be put right by another limit is
    returned, to be told of all clips together.
    """
    film, preset = piece.film, how.preset
    timeline, captions = film.timeline, film.captions
    made = film.joined(f"clip {piece.name}", _picture(how)).folder / FILM
    fitted: Smaller | None = None
    if limit := limit_of(how):
        shape = Shape(timeline.size, timeline.rate, timeline.frames)
        try:
            made, fitted = smaller(
                film.workspace,
                made,
                shape,
                limit,
                who.people,
                of=f"clip {piece.name}",
                title=timeline.title,
                language=iso639_2(captions.language),
            )
        except InputError as problem:
            return InputError(problem.what, where=piece.name, next_step=problem.next_step)
    return Clip(
        name=piece.name,
        title=piece.title,
        quotes=piece.quotes,
        speakers=_speakers(film, piece.quotes),
        film=made,
        poster=_poster(film),
        captions=replace(captions, cues=tuple(replace(cue, source="") for cue in captions.cues)),
        lines=tuple(_lines(film)),
        size=fitted.size if fitted else timeline.size,
        rate=timeline.rate,
        seconds=timeline.frames / timeline.rate,
        facts=who,
        until=piece.until,
        content_note="\n".join(content_notes(film.whole.production, piece.quotes)),
        question=preset.question,
        question_seconds=sum((one.seconds for one in timeline.breaks), Fraction(0)),
        smaller=fitted,
        findings=tuple(fitted.findings(piece.name, limit)) if fitted else (),
    )


def _poster(film: Clipping) -> bytes:
    """The first who speaks."""
    timeline = film.timeline
    pairs = zip(timeline.shots, film.parts, strict=True)
    shot, part = next(pair for pair in pairs if isinstance(pair[0], Take))
    return still(film.workspace, timeline, shot, part, timeline.size[1])


def _lines(film: Clipping) -> Iterator[Line]:
    """The transcript, a turn a line. What stands on its cards is told beside it: note, title, question."""
    for one in transcript_page.lines(film.timeline, film.captions):
        if one.kind not in ("card", "break"):
            yield Line(one.at.seconds, one.speaker, transcript_page.written(one))


# The pack ----------------------------------------------------------------------------------------


def _pack(film: Finished, planned: Planned, how: How, made: Sequence[Clip]) -> Pack:
    production, preset = film.production, how.preset
    quotes = [name for clip in made for name in clip.quotes]
    beside = production.training
    return Pack(
        planned.name,
        planned.title,
        production.film.language,
        preset.use,
        preset.shape,
        preset.captions,
        tuple(made),
        tuple((one.name, one.contact, one.about) for one in beside.support),
        tuple(beside.agreement),
        _notes(film, quotes),
    )


def _let_out(
    film: Finished, door: Door, book: Ledger, pack: Pack, how: How, folder: Path, recipient: str
) -> tuple[str, ...]:
    """All of it or nothing: looked at once more, written down, let out. What an earlier pack of this name had
    goes; the names of the files, those of build/ from there.
    """
    each, shared = packed.files(pack, film.fonts, film.workspace)
    if how.zipped:
        shared[f"{pack.name}.zip"] = packed.zipped(pack, each, shared, film.workspace)
    everybody, titled = _all_in(film, pack), _called_by(film, pack)
    inside = lies_in(door.build, folder)
    at = f"{folder.relative_to(door.build.resolve()).as_posix()}/" if inside else ""

    def release(name: str, files: Mapping[str, Content], who: gate.Facts, until: date | None) -> Release:
        return Release(name, _under(at, files), who, clips_fingerprint(film, who), until=until)

    releases = [
        release(
            f"clip {pack.name}/{clip.name}",
            each[clip.name],
            gate.together([clip.facts, titled], pack.use),  # it lies in a folder that is called by the title
            clip.until,
        )
        for clip in pack.clips
    ]
    releases.append(release(f"clips {pack.name}", shared, everybody, pack.until))
    door.look(releases)
    files = {name: content for some in (*each.values(), shared) for name, content in some.items()}
    place, day, what = book.place(folder), film.clearance.today, f"{handed_out.CLIPS}{pack.name}"
    out = Export(
        what, handed_out.hashes(files), everybody, place, recipient, day, releases[-1].of, until=pack.until
    )
    earlier = book.brought({what}, place)
    book.enter([out])
    if inside:
        releases += _earlier(door, at, releases)
        door.publish([*releases, _asked(pack, how)])
        return tuple(name for one in releases for name in one.files)
    take_back(folder, earlier, files)
    return tuple(str(path) for one in releases for path in door.hand_out(one, folder))


def _asked(pack: Pack, how: How) -> Release:
    """How it was asked for, for whoever verifies it."""
    quotes = tuple(name for clip in pack.clips for name in clip.quotes)
    kept = Asked(pack.name, pack.title, quotes, how)
    return Release(f"asked {pack.name}", {kept.file: kept.written()}, gate.Facts("", frozenset(), {}))


def _under(at: str, files: Mapping[str, Content]) -> dict[str, Content]:
    return {f"{at}{name}": content for name, content in files.items()}


def _earlier(door: Door, at: str, now: Iterable[Release]) -> list[Release]:
    """What the last pack of this name had, and clips that an older ourwords made, with nothing in them."""
    mine = {one.name for one in now}
    old = {
        one.release: one.facts
        for path, one in door.record().items()
        if (path.startswith(at) and one.release.startswith("clip")) or OLD.fullmatch(path)
    }
    nobody = gate.Facts("", frozenset(), {})
    return [Release(name, {}, nobody) for name in old if name not in mine]


def _all_in(film: Finished, pack: Pack) -> gate.Facts:
    """Everybody and everything in a pack, and whose words its own texts are."""
    texts = [*_titles(pack), *pack.notes, *(clip.content_note for clip in pack.clips)]
    return gate.together([*(clip.facts for clip in pack.clips), _in_texts(film, pack, texts)], pack.use)


def _titles(pack: Pack) -> tuple[str, str]:
    """What stands over a pack, and what its folder is called."""
    return pack.title, pack.name.replace("-", " ")


def _called_by(film: Finished, pack: Pack) -> gate.Facts:
    """Whose words a pack is called by: how a quote begins may be too short to be known for theirs."""
    mine = [clip.facts for clip in pack.clips if plain(clip.title) in plain(pack.title)]
    return gate.together([*mine, _in_texts(film, pack, _titles(pack))], pack.use)


def _in_texts(film: Finished, pack: Pack, texts: Iterable[str]) -> gate.Facts:
    """Whose words these are: of somebody in the pack, or of somebody whom the film plays and it does not."""
    played = [name for clip in pack.clips for name in clip.quotes]
    alone = excerpt(film.production, played, pack.use)
    mine = replace(alone, scenes=(), quotes=tuple(alone.quote[name] for name in dict.fromkeys(played)))
    read = [("", text) for text in texts]
    found = {**quoted.on_screen(mine, read), **quoted.on_screen(alone, read)}
    asked = [
        (one, whose(film, one.id) if one.id in played else quoted.contributor(alone, one))
        for one in map(alone.quote.__getitem__, found)
    ]
    return gate.facts(pack.use, asked, alone.consent)
