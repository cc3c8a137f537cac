"""Workshop clips: one quote each, captioned, from the parts that the film has, or, of a quote that is in no
scene, from parts of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.captions import formats as caption_files
from pipeline.captions.burnt import captions_of, rebased
from pipeline.captions.model import Captions, Cue
from pipeline.consent import exposure, gate
from pipeline.delivery.build import Finished, clip_fingerprint, facts
from pipeline.delivery.clips.model import Clipped, Wanted
from pipeline.delivery.release import Content, Door, Release
from pipeline.edit.timeline import Take
from pipeline.errors import ChecksFailed, ConfigError
from pipeline.matching.describe import explain
from pipeline.matching.model import State
from pipeline.production.clips import ClipPreset
from pipeline.render.parts import Master

UNSEEN = "put it into a scene and build, so that it can be shown and approved"


def clips(
    film: Finished, door: Door, wanted: Wanted, preset: ClipPreset, *, skip_refused: bool = False
) -> Clipped:
    """A clip of each quote that is wanted and may be shown for the preset's use. One that is in no scene is
    a film of its own.
    """
    chosen = _chosen(film, wanted)
    if preset.captions in ("sidecar", "none") and not film.look.clean:
        raise ConfigError(
            "this film is made without clean pictures",
            where="production.toml, film.clean",
            next_step="say true, or take another preset",
        )
    refused = _refused_by_the_lists(film, chosen, preset.use)
    if not skip_refused:
        gate.clips(refused, preset.use)
    refused += _not_settled(film, _but(chosen, refused), skip_refused=skip_refused)
    refused += _in_company(film, _but(chosen, refused), preset.use)
    if not skip_refused:
        gate.clips(refused, preset.use)
    films = {name: _film_of(film, name, preset.use) for name in _but(chosen, refused)}
    refused += _refused_by_approvals(films, preset.use, film)
    if not skip_refused:
        gate.clips(refused, preset.use)
    made = [_release(films[name], name, preset) for name in _but(chosen, refused)]
    door.publish(made)
    film.workspace.fingerprints.save()
    return Clipped(tuple(name for release in made for name in release.files), tuple(refused))


def _but(names: Sequence[str], refused: Sequence[gate.Refusal]) -> list[str]:
    left_out = {item.quote for item in refused}
    return [name for name in names if name not in left_out]


def _film_of(film: Finished, name: str, use: str) -> Finished:
    return film if name in film.production.in_scenes else film.alone(name, use)


def _chosen(film: Finished, wanted: Wanted) -> list[str]:
    production = film.production
    if not wanted.quotes and not wanted.theme and not wanted.contributor:
        raise ConfigError(
            "clips of what?", next_step="ourwords clips --quote q01, --theme helped or --contributor amara"
        )
    for name in wanted.quotes:
        if name not in production.quote:
            known = ", ".join(production.quote) or "none"
            raise ConfigError(f'no quote "{name}" in the quote list', next_step=f"there are: {known}")
    listed = [*production.in_scenes, *(one.id for one in production.quotes)]  # the film's in its order
    found = [name for name in dict.fromkeys(listed) if _is_wanted(film, name, wanted)]
    if not found:
        themes = ", ".join(sorted({one.theme.strip() for one in production.quotes if one.theme.strip()}))
        people = ", ".join(production.consent)
        raise ConfigError(
            "no quote of the list fits",
            next_step=f"themes: {themes or 'none'}; contributors: {people or 'none'}",
        )
    return found


def _is_wanted(film: Finished, name: str, wanted: Wanted) -> bool:
    if wanted.quotes and name not in wanted.quotes:
        return False
    if wanted.theme is not None and _plain(film.production.quote[name].theme) != _plain(wanted.theme):
        return False
    return wanted.contributor is None or film.contributor(name) == wanted.contributor


def _plain(theme: str) -> str:
    """A theme as people mean it: "Hope " is "hope"."""
    return theme.strip().casefold()


def _refused_by_the_lists(film: Finished, chosen: Sequence[str], use: str) -> list[gate.Refusal]:
    """By the quote list and the consent register: known before anything is made."""
    production, clearance = film.production, film.clearance
    asked = [(production.quote[name], film.contributor(name)) for name in chosen]
    return gate.gate(asked, production.consent, use, clearance.today)


def _not_settled(film: Finished, chosen: Sequence[str], *, skip_refused: bool) -> list[gate.Refusal]:
    """Quotes in no scene that were not found in one place alone; those of the scenes stop the film itself."""
    production = film.production
    lost = [
        film.matches[name]
        for name in chosen
        if name not in production.in_scenes and film.matches[name].state is not State.MATCHED
    ]
    if lost and not skip_refused:
        told = [explain(found, production.quote[found.quote], film.file_at) for found in lost]
        raise ChecksFailed("\n".join(told), next_step="no clip was written; --skip-refused makes the others")
    return [
        gate.Refusal(
            found.quote,
            film.contributor(found.quote),
            f"is {found.state.value} in the footage",
            f"ourwords match --explain {found.quote}",
        )
        for found in lost
    ]


def _in_company(film: Finished, chosen: Sequence[str], use: str) -> list[gate.Refusal]:
    """Of quotes in no scene: why somebody else in their recording may not be seen."""
    sources = {name: film.matches[name].best for name in chosen if name not in film.production.in_scenes}
    return [
        replace(one, quote=name, why=f"{one.quote}: {one.why}")
        for name, best in sources.items()
        if best
        for one in film.clearance.company(
            {best.source: {*film.production.source[best.source].everybody} - {film.contributor(name)}},
            (),
            use,
        )
    ]


def _refused_by_approvals(films: Mapping[str, Finished], use: str, whole: Finished) -> list[gate.Refusal]:
    """By what people said of these words and pictures. What is in no scene of the `whole` film was never
    shown to anybody: only its wording can have been approved.
    """
    refused: list[gate.Refusal] = []
    for name, film in films.items():
        clearance = film.clearance
        refused += _beside(film, name, use)
        standings = clearance.standings({name: film.shown[name]}, film.whose, use)
        words = [one for one in standings if one.kind == "wording"]
        refused += clearance.disagreed(words, ["wording"])
        unseen = clearance.disagreed([one for one in standings if one not in words], clearance.needed)
        refused += unseen if film is whole else [replace(one, next_step=UNSEEN) for one in unseen]
    return refused


def _beside(film: Finished, name: str, use: str) -> list[gate.Refusal]:
    """Why what is seen with a quote may not be: others in its recordings, and what is laid over it."""
    there = exposure.beside(film.production, film.timeline, [name]) & film.answered.keys()
    laid = {file: film.answered[file].sha256 for file in there}
    sources = {take.source for take in film.timeline.takes if take.quote == name}
    said_by = film.contributor(name)
    people = {one: {*film.production.source[one].everybody} - {said_by} for one in sorted(sources)}
    found = film.clearance.company(people, film.clearance.pictures(laid, use), use)
    return [replace(one, quote=name, why=f"{one.quote}: {one.why}") for one in found]


def _release(film: Finished, name: str, preset: ClipPreset) -> Release:
    picture = "captioned" if preset.captions in ("burnt", "both") else "clean"
    master, captions = _clip(film, name, picture)
    files: dict[str, Content] = {f"clips/{name}.mp4": master.folder / "clip.mp4"}
    for kind in ("srt",):
        ending = caption_files.CODECS[kind].endings[0]
        files[f"clips/{name}.{captions.language}.{ending}"] = caption_files.write(kind, captions).encode()
    return Release(f"clip {name}", files, facts(film, preset.use, [name]), clip_fingerprint(film, name))


def _clip(film: Finished, quote: str, picture: str) -> tuple[Master, Captions]:
    """One quote as a film of its own."""
    whole, timeline = film.timeline, film.timeline.only(quote)
    pairs = zip(whole.shots, film.parts, strict=True)
    takes = [(shot, made) for shot, made in pairs if isinstance(shot, Take) and shot.quote == quote]
    cues: list[Cue] = []
    for (shot, _), laid in zip(takes, timeline.shots, strict=True):
        shift = whole.time(shot.at) + -timeline.time(laid.at).seconds
        cues += [rebased(cue, shift) for cue in captions_of(shot, whole, film.captions)]
    parts = [made for _, made in takes]
    master = film.joined(f"clip {quote}", timeline, parts, {picture: "clip.mp4"})
    return master, Captions(film.captions.language, tuple(cues))
