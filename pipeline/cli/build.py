"""The way to a film: transcribe, match, build-cut."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import complete
from pipeline.cli.console import (
    ClusterOption,
    JsonFlag,
    document,
    opened_project,
    root,
    say,
    show,
    tell_gone,
    today,
    wants_json,
)
from pipeline.core.finding import Count, counted
from pipeline.engine.up_to_date import Settled, Stamp
from pipeline.errors import ChecksFailed, ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.delivery.foresee import Foreseen


def add_to(app: typer.Typer) -> None:
    one = "Example: ourwords transcribe amara    or: ourwords transcribe amara --import amara.srt"
    app.command(epilog=one)(transcribe)
    other = "match --choose q06=2    or: ourwords match --explain q03    or: ourwords match --heard q03 --by"
    app.command(epilog=f'Example: ourwords match    or: ourwords {other} "Sam Okafor"')(match)
    app.command("build-cut", epilog="Example: ourwords -C my-film build-cut --dry-run")(build_cut)


def transcribe(
    sources: Annotated[
        list[str] | None, typer.Argument(help="Source ids (default: all).", autocompletion=complete.sources)
    ] = None,
    import_file: Annotated[
        Path | None,
        typer.Option(
            "--import",
            help="Take this transcript instead: Whisper's, WhisperX's or whisper.cpp's JSON, SRT, WebVTT, "
            ".docx or text with times. Its words are held against the sound first.",
        ),
    ] = None,
    offset: Annotated[
        float, typer.Option("--offset", metavar="SECONDS", help="How much later its words are than it says.")
    ] = 0.0,
    cluster: ClusterOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Transcribe the sources, with a time for every word. What is done is not done again."""
    as_json = wants_json(as_json)
    with opened_project(cluster=cluster) as project:
        if offset and not import_file:
            raise ConfigError("--offset is for --import", next_step="ourwords transcribe --help")
        if import_file:
            if len(sources or ()) != 1 or not sources:
                raise ConfigError(
                    "--import takes one source",
                    next_step=f"ourwords transcribe {next(iter(project.production.source))} --import "
                    f"{import_file}",
                )
            for text in project.take_transcript(sources[0], import_file, offset):
                say(text, always=True)
        found, synced = project.transcribe(sources or ()), project.recorders_synced
    if as_json:
        document(
            {
                "synced": synced,
                "sources": [
                    {
                        "id": t.source,
                        "words": len(t.words),
                        "suspect": len(t.words) - len(t.heard),
                        "rough": t.rough,
                        "engine": t.engine,
                        "language": t.language,
                    }
                    for t in found
                ],
            }
        )
        return
    for transcript in found:
        doubtful = len(transcript.words) - len(transcript.heard)
        note = f", {doubtful} of them marked and not used (silence or loops)" if doubtful else ""
        who = ", ".join(label for label in transcript.speakers if label)
        note += f", said by {who}" if who else ""
        note += f", {transcript.rough} of them heard in passing only" if transcript.rough else ""
        show(f"{transcript.source}: {len(transcript.words)} words{note}  ({transcript.engine})")
    for line in synced:
        show(line)


def match(
    choose: Annotated[
        list[str] | None,
        typer.Option(
            "--choose",
            metavar="ID=N",
            help="Pin candidate N of a quote; ID=0 takes the pin away.",
            autocompletion=complete.choices,
        ),
    ] = None,
    explain_quote: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar="ID",
            help="Show a quote's places word by word, and change nothing.",
            autocompletion=complete.quotes,
        ),
    ] = None,
    heard: Annotated[
        list[str] | None,
        typer.Option(
            "--heard",
            metavar="ID",
            help="Say that --by listened to a quote and it is as approved.",
            autocompletion=complete.quotes,
        ),
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who listened.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Find the quotes in the transcripts; keep the result and your choices in quotes.lock.json."""
    from pipeline.matching.describe import explain, place
    from pipeline.matching.lock import match_record

    as_json = wants_json(as_json)
    if explain_quote:
        _explain(explain_quote, as_json=as_json)
        return
    with opened_project() as project:
        for choice in choose or []:
            name, _, number = choice.partition("=")
            if not (number.isascii() and number.isdigit()):
                raise ConfigError(f'"{choice}" is not ID=N', next_step="ourwords match --choose q06=2")
            project.choose(name, int(number))
        if heard or by:
            project.listened(heard or [], by)
        found, production = project.settle(), project.production
        speakers = project.film.speaker_findings
        whys = {item.quote: project.film.why_not_found(item.quote) for item in found}
    if as_json:
        document({"quotes": [match_record(item) for item in found]})
    else:
        for item in found:
            best = f"  {place(item.best)}" if item.best and item.state.value != "not-found" else ""
            show(f"{item.quote:8} {item.state.value + (', pinned' if item.pinned else ''):18}{best}")
    lost = [item for item in found if item.state.value != "matched"]
    files = project.film.file_at
    in_film = [item for item in lost if item.quote in production.in_scenes]
    for told in speakers:
        say(f"\n{told.where}: {told.what} ({told.measured})", always=True)
    for item in lost:
        where = "" if item in in_film else "  (in no scene: it stops nothing)"
        text = explain(item, production.quote[item.quote], files, whys[item.quote])
        say(f"\n{text}{where}", always=True)
    if in_film:
        raise typer.Exit(ChecksFailed.exit_code)


def _explain(quote: str, *, as_json: bool) -> None:
    from pipeline.matching.describe import decided, explained, place
    from pipeline.matching.lock import differences_record, explained_record

    with opened_project() as project:
        places, found = project.explained(quote), project.matches[quote]
    if as_json:
        document(
            {
                "quote": quote,
                "state": found.state.value,
                "places": [explained_record(c, rows) for c, rows in places],
                "differences": differences_record(found),
            }
        )
        return
    show(f"{quote} is {found.state.value}{', pinned' if found.pinned else ''}")
    for line in decided(found):
        show(line)
    for number, (candidate, rows) in enumerate(places, 1):
        show(f"\n{number}  {place(candidate)}")
        for line in explained(rows):
            show(line)


def build_cut(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what would be made again, and why.")
    ] = False,
    draft: Annotated[
        bool,
        typer.Option(
            "--draft", help="A watermarked build/draft.mp4 and nothing else, disguises not yet made allowed."
        ),
    ] = False,
    final: Annotated[
        bool,
        typer.Option(
            "--final", help="Refuse while an approval that a final film needs is missing, expired or lapsed."
        ),
    ] = False,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Stop with 75 where another build is running.")
    ] = False,
    cluster: ClusterOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Build the film: gate, plan, captions, parts, join, markers, report."""
    as_json = wants_json(as_json)
    if draft and final:
        raise ConfigError(
            "a film is a draft or final, not both", next_step="leave one of --draft and --final out"
        )
    stamp = Stamp(root(), "draft" if draft else "final" if final else "film", today())
    if before := stamp.settled():
        _nothing_to_do(before, draft=draft, dry_run=dry_run, as_json=as_json)
        return
    with opened_project(dry=dry_run, wait=not no_wait, cluster=cluster) as project:
        if dry_run:
            wanted = project.outlook(draft=draft, final=final)
            first = wanted and not project.workspace.cache.last("the film")
            _tell_outlook(
                wanted, project.foreseen(draft=draft, final=final) if first else None, as_json=as_json
            )
            return
        built = project.build(draft=draft, final=final)
        made, changed = project.workspace.cache.made, built.changed
        timeline = project.cut(draft=draft, final=final).timeline
        needs = project.to_do(built, draft=draft)
        count = counted(built.findings)
        said = Settled(count.errors, count.warnings, tuple((one.what, one.next_step) for one in needs))
        stamp.remember(said)
    tell_gone(project.production.build, [one for one in project.door.outdated if one.path.endswith(".mp4")])
    length = float(timeline.frames / timeline.rate)
    if made or changed:
        told = f"({int(length) // 60}:{int(length) % 60:02}, {len(made)} things made)"
    else:
        told = "is up to date; nothing was made."
    _tell_built(said, told, made, changed, draft=draft, as_json=as_json)


def _tell_outlook(wanted: list[tuple[str, str]], ahead: Foreseen | None, *, as_json: bool) -> None:
    """What would be made, and, where there was no film yet, about how long all of it takes."""
    from dataclasses import asdict

    from pipeline.delivery.foresee import in_time
    from pipeline.engine.cache import in_words

    if as_json:
        foreseen = {"foreseen": {**asdict(ahead), "seconds": ahead.seconds}} if ahead else {}
        document({"make": [{"name": name, "why": why} for name, why in wanted], **foreseen})
        return
    show("\n".join(f"{name}: {why}" for name, why in wanted) or "Nothing to make: everything is as it was.")
    if not ahead:
        return
    show("What follows is known once that is made. Foreseen:")
    for one in ahead.steps:
        took = (
            "not known here: ourwords models measures it"
            if one.seconds is None
            else f"about {in_time(one.seconds)}"
        )
        show(f"  {one.step}: {took}")
    together = "" if ahead.seconds is None else f"about {in_time(ahead.seconds)}, and "
    show(f"In all {together}up to {in_words(ahead.bytes)} of disk; {in_words(ahead.free)} are free.")


def _nothing_to_do(found: Settled, *, draft: bool, dry_run: bool, as_json: bool) -> None:
    if not dry_run:
        _tell_built(found, "is up to date; nothing was made.", (), (), draft=draft, as_json=as_json)
    elif as_json:
        document({"make": []})
    else:
        show("Nothing to make: everything is as it was.")


def _tell_built(
    said: Settled, told: str, made: Sequence[str], changed: Sequence[str], *, draft: bool, as_json: bool
) -> None:
    """Where the film lies, how many findings there are, and what needs a person, the most serious first."""
    build = root() / "build"
    film, count = build / ("draft.mp4" if draft else "cut.mp4"), Count(said.errors, said.warnings)
    if as_json:
        document(
            {
                "event": "done",
                "film": str(film),
                "made": list(made),
                "changed": list(changed),
                "findings": said.errors + said.warnings,
                "errors": said.errors,
                "warnings": said.warnings,
                "needs": [{"what": what, "next_step": step} for what, step in said.needs],
            }
        )
        return
    show(f"{film}  {told}")
    if not draft:
        show(f"{build / 'report.html'}  ({count})")
    if said.needs:
        say("What needs a person, the most serious first:", always=True)
    for what, step in said.needs:
        say(f"  {what}\n    → {step}", always=True)
