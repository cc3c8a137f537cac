"""Workshop clips: one quote each, captioned, from the parts that the film has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.captions import formats as caption_files
from pipeline.captions.burnt import captions_of, rebased
from pipeline.captions.model import Captions, Cue
from pipeline.consent import exposure, gate
from pipeline.delivery.build import Finished, clip_fingerprint, facts
from pipeline.delivery.release import Content, Door, Release
from pipeline.edit.timeline import Take
from pipeline.errors import ConfigError
from pipeline.production.load import ClipPreset
from pipeline.render.parts import Master


@dataclass(frozen=True)
class Wanted:
    """Which quotes of the film: by name, by theme, by who says them; all that is named must hold."""

    quotes: Sequence[str] = ()
    theme: str | None = None
    contributor: str | None = None


@dataclass(frozen=True)
class Clipped:
    """The files that were made, and who was left out."""

    files: tuple[str, ...]
    refused: tuple[gate.Refusal, ...] = field(default=())


def clips(
    film: Finished, door: Door, wanted: Wanted, preset: ClipPreset, *, skip_refused: bool = False
) -> Clipped:
    """A clip of each quote that is wanted and may be shown for the preset's use."""
    chosen = _chosen(film, wanted)
    if preset.picture == "clean" and not film.look.clean:
        raise ConfigError(
            "this film is made without clean pictures",
            where="production.toml, film.clean",
            next_step="say true, or take another preset",
        )
    refused = _refused(film, chosen, preset.use)
    if not skip_refused:
        gate.clips(refused, preset.use)
    left_out = {item.quote for item in refused}
    made = [_release(film, name, preset) for name in chosen if name not in left_out]
    door.publish(made)
    film.workspace.fingerprints.save()
    return Clipped(tuple(name for release in made for name in release.files), tuple(refused))


def _chosen(film: Finished, wanted: Wanted) -> list[str]:
    production = film.production
    if not wanted.quotes and not wanted.theme and not wanted.contributor:
        raise ConfigError(
            "clips of what?", next_step="ourwords clips --quote q01, --theme helped or --contributor amara"
        )
    for name in wanted.quotes:
        if name not in production.in_scenes:
            known = ", ".join(production.in_scenes)
            raise ConfigError(f'"{name}" is not in the film', next_step=f"the film has: {known}")
    found = [name for name in production.in_scenes if _is_wanted(film, name, wanted)]
    if not found:
        themes = ", ".join(sorted({production.quote[name].theme for name in production.in_scenes}))
        people = ", ".join(production.consent)
        raise ConfigError("no quote of the film fits", next_step=f"themes: {themes}; contributors: {people}")
    return found


def _is_wanted(film: Finished, name: str, wanted: Wanted) -> bool:
    if wanted.quotes and name not in wanted.quotes:
        return False
    if wanted.theme is not None and film.production.quote[name].theme != wanted.theme:
        return False
    return wanted.contributor is None or film.contributor(name) == wanted.contributor


def _refused(film: Finished, chosen: Sequence[str], use: str) -> list[gate.Refusal]:
    """By the consent register first, then by what people said of these words and pictures."""
    production, clearance = film.production, film.clearance
    asked = [(production.quote[name], film.contributor(name)) for name in chosen]
    refused = gate.gate(asked, production.consent, use, clearance.today)
    refused += [one for name in chosen for one in _beside(film, name, use)]
    left = [name for name in chosen if name not in {item.quote for item in refused}]
    shown = {name: film.shown[name] for name in left}
    standings = clearance.standings(shown, film.whose, use)
    return [*refused, *clearance.disagreed(standings, clearance.needed)]


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
    master, captions = _clip(film, name, preset.picture)
    files: dict[str, Content] = {f"clips/{name}.mp4": master.folder / "clip.mp4"}
    for kind in preset.sidecars:
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
