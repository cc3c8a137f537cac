"""Commands for what people say of a film: approve, status, verify, diff, feedback."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import complete
from pipeline.cli.console import (
    JsonFlag,
    at_the_door,
    document,
    opened,
    opened_project,
    root,
    say,
    show,
    today,
    wants_json,
)
from pipeline.errors import ChecksFailed, ConfigError, OurwordsError

if TYPE_CHECKING:
    from pipeline.api import Project
    from pipeline.consent.approve import Voice
    from pipeline.consent.gate import Facts
    from pipeline.consent.model import Picture, Standing
    from pipeline.core.finding import Finding
    from pipeline.engine.up_to_date import Settled
    from pipeline.production.lint import Flaw
    from pipeline.production.load import Production


def add_to(app: typer.Typer) -> None:
    """Put these commands into the command line."""
    for name, command, example in COMMANDS:
        app.command(name, epilog=f"Example: {example}")(command)
    app.add_typer(feedback_app, name="feedback")


def approve(
    kind: Annotated[
        str,
        typer.Argument(
            help="wording, cut, captions or picture",
            autocompletion=complete.words("wording", "cut", "captions", "picture"),
        ),
    ],
    quotes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[QUOTE|FILE]...",
            help="Quote ids; of a picture, its file.",
            autocompletion=complete.quotes,
        ),
    ] = None,
    people: Annotated[
        list[str] | None,
        typer.Option(
            "--people", metavar="none|ID…", help="Who can be recognised in the picture, with ; between them."
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All quotes of the film (for wording: of the list).")
    ] = False,
    listed: Annotated[
        bool,
        typer.Option(
            "--listed", help="Take the quote list's own approvals over, bound to the words that stand there."
        ),
    ] = False,
    by: Annotated[str, typer.Option("--by", help="Who says so.")] = "",
    on: Annotated[
        str, typer.Option("--on", metavar="YYYY-MM-DD", help="When it was said (default: today).")
    ] = "",
    use: Annotated[
        list[str] | None,
        typer.Option(
            "--use",
            help="training, workshop or public (default: the quote list's).",
            autocompletion=complete.words("training", "workshop", "public"),
        ),
    ] = None,
    until: Annotated[str, typer.Option("--until", metavar="YYYY-MM-DD", help="When it runs out.")] = "",
    note: Annotated[
        str, typer.Option("--note", help="What they said, or who they are to the contributor.")
    ] = "",
    no: Annotated[bool, typer.Option("--no", help="They say no, or take their yes back.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would be written down.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Write down that somebody approves (or not): the wording, the cut as it was shown, or its captions; or
    who is in a picture that is no interview.
    """
    from dataclasses import asdict

    from pipeline.consent.approve import Reviews
    from pipeline.consent.gate import Refusal
    from pipeline.consent.listed import unbound
    from pipeline.consent.model import PICTURE
    from pipeline.matching import lock

    as_json = wants_json(as_json)
    _check_approval(kind, use or [])
    if kind == PICTURE:
        if everything or listed:
            step = "ourwords approve picture b-roll/window.png --people none"
            raise ConfigError("each picture is looked at by itself: name its file", next_step=step)
        who = _by_whom(by, kind, quotes or ["b-roll/window.png --people none"])
        voice = _voice(who, on, until, frozenset(use or ()), note, yes=not no)
        _approve_pictures(quotes or [], people or [], voice, dry_run=dry_run, as_json=as_json)
        return
    if people:
        raise ConfigError("is for pictures", where="--people", next_step="ourwords approve picture FILE")
    reviews = Reviews(opened())
    left: list[Refusal] = []
    if listed:
        if kind != "wording" or quotes or everything or by or no:
            raise ConfigError(
                "--listed takes the list's own approvals of the wording",
                next_step="ourwords approve wording --listed",
            )
        left = unbound(reviews.production, lock.states(reviews.production))
        done = reviews.approve_listed(but={one.quote for one in left}, dry=dry_run)
    else:
        who = _by_whom(by, kind, quotes or ["q01"])
        voice = _voice(who, on, until, frozenset(use or ()), note, yes=not no)
        done = reviews.approve(kind, list(quotes or []), voice, everything=everything, dry=dry_run)
    if as_json:
        why = [asdict(one) for one in left]
        document({"kind": kind, "quotes": done, "yes": not no, "written": not dry_run, "not_bound": why})
        return
    if done:
        said = "would be written down" if dry_run else "is written down in reviews/approvals.jsonl"
        show(f"{'No to' if no else 'Approval of'} the {kind} of {', '.join(done)} {said}.")
    else:
        show(
            "Nothing new: the ledger has all that can be bound."
            if left
            else "Nothing new: the ledger has it all."
        )
    for one in left:
        say(f"Not bound: {one}\n  → {one.next_step}", always=True)


def _by_whom(by: str, kind: str, what: list[str]) -> str:
    from pipeline.language.papers import somebody

    example = f'ourwords approve {kind} {" ".join(what)} --by "NAME"'
    if not by.strip():
        raise ConfigError("who approves?", where="--by", next_step=example)
    return somebody(by, example)


def _approve_pictures(
    files: list[str], people: list[str], voice: Voice, *, dry_run: bool, as_json: bool
) -> None:
    from pipeline.consent.approve import approve_pictures

    done = approve_pictures(root(), files, people, voice, dry=dry_run)
    if as_json:
        document({"kind": "picture", "pictures": done, "yes": voice.yes, "written": not dry_run})
        return
    said = "would be written down" if dry_run else "is written down in reviews/approvals.jsonl"
    what = f"Who is in {', '.join(done)}" if voice.yes else f"No to {', '.join(done)}"
    show(f"{what} {said}.")


def _check_approval(kind: str, use: list[str]) -> None:
    from pipeline.consent.model import KINDS, PICTURE
    from pipeline.production.quotes import USES

    if kind not in (*KINDS, PICTURE):
        known = ", ".join((*KINDS, PICTURE))
        raise ConfigError(f'"{kind}" cannot be approved', next_step=f"name one of: {known}")
    for wanted in use:
        if wanted not in USES:
            step = f"name one of: {', '.join(USES)}"
            raise ConfigError(f'"{wanted}" is not a use', where="--use", next_step=step)


def _voice(by: str, on: str, until: str, use: frozenset[str], note: str, *, yes: bool) -> Voice:
    from pipeline.consent.approve import Voice

    voice = Voice(by, _day(on, "--on") or today(), yes, use, _day(until, "--until"), note)
    if voice.on > today():
        step = "give the day on which it was said"
        raise ConfigError(f"{voice.on} is in the future", where="--on", next_step=step)
    return voice


def status(
    contributor: Annotated[
        str | None,
        typer.Option(
            "--contributor", help="Only the quotes of this person.", autocompletion=complete.contributors
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """What is approved, waiting, lapsed or soon to run out, and what is wrong with the lists. Changes
    nothing.
    """
    from pipeline.core.finding import Count
    from pipeline.delivery.release import Door
    from pipeline.engine.up_to_date import Stamp

    as_json = wants_json(as_json)
    production = opened()
    if contributor is not None and contributor not in production.consent:
        raise ConfigError(
            f'no contributor "{contributor}"', next_step=f"there are: {', '.join(production.consent)}"
        )
    told, built = _standings(production), Stamp(production.root, "film", today()).settled()
    not_ours = Door.of(production, today()).not_ours()
    standings = [one for one in told.standings if contributor in (None, one.contributor)]
    flaws = [
        flaw
        for flaw in _flaws(production)
        if contributor is None or contributor in flaw.what or _is_of(flaw, contributor, production)
    ]
    if as_json:
        _document_status(told, standings, flaws, not_ours, built)
    else:
        _show_status(told, standings, flaws)
        if built:
            show(f"{production.build / 'report.html'}  ({Count(built.errors, built.warnings)})")
    _say_beside(told, production, not_ours)
    void = bool(told.signed["sign_off"]) and told.signed["sign_off"]["state"] == "void"
    states = [one.state for one in standings] + [one.state for one in told.pictures]
    if void or not {"lapsed", "expired", "refused"}.isdisjoint(states):
        raise typer.Exit(ChecksFailed.exit_code)


def _document_status(
    told: _Told,
    standings: list[Standing],
    flaws: list[Flaw],
    not_ours: list[str],
    built: Settled | None,
) -> None:
    from dataclasses import asdict

    from pipeline.consent.approval_lines import picture_record, standing_record

    document(
        {
            "approvals": [standing_record(one) for one in standings],
            "pictures": [picture_record(one) for one in told.pictures],
            "paperwork": [asdict(flaw) for flaw in flaws],
            "damaged_lines": list(told.damaged),
            "not_ours": not_ours,
            "built": {"errors": built.errors, "warnings": built.warnings} if built else None,
            "wording_only": told.why_not,
            **told.signed,
        }
    )


def _show_status(told: _Told, standings: list[Standing], flaws: list[Flaw]) -> None:
    from pipeline.consent.approval_lines import picture_lines, standing_lines

    for line in [*standing_lines(standings), *picture_lines(told.pictures)]:
        show(line)
    if signed := told.signed["sign_off"]:
        show(f"captions {signed['state']:9} {signed['by']}, {signed['on']}  {signed['why']}".rstrip())
    for flaw in flaws:
        show(f"paperwork {flaw}")
    soon = sum(one.soon for one in standings)
    counts = [f"{count} {state}" for state, count in Counter(one.state for one in standings).items()]
    show(", ".join([*counts, *([f"{soon} running out soon"] if soon else [])]) or "No quote of the film.")


def _say_beside(told: _Told, production: Production, not_ours: list[str]) -> None:
    """What is not as it should be beside the approvals, on standard error."""
    if told.damaged:
        say(
            f"reviews/approvals.jsonl: line {', '.join(map(str, told.damaged))} cannot be read and is "
            f"passed over\n  → look at it, or take it from your backup",
            always=True,
        )
    if not_ours:
        say(
            f"In {production.build}, and not ours: {', '.join(not_ours)}\n  → nobody holds these "
            f"against the consents; look at them yourself",
            always=True,
        )
    if told.why_not:
        say(f"Only the wording is told, and who said no: {told.why_not}", always=True)


def verify(
    pack: Annotated[
        str | None, typer.Argument(help="With --clips: this pack alone.", autocompletion=complete.packs)
    ] = None,
    clips: Annotated[
        bool, typer.Option("--clips", help="The packs in build/clips/, and not the film.")
    ] = False,
    film: Annotated[
        Path | None,
        typer.Option("--film", help="Another file that should be this very film (default: build/cut.mp4)."),
    ] = None,
    listen: Annotated[
        bool,
        typer.Option(
            "--listen",
            help="Hear the captions' words once more with the other recogniser: it takes its time.",
        ),
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 on warnings too.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Hold what was made against what was approved: files, pictures, captions, sound, and the words as they
    are heard anew. With --clips the clips for workshops, and what a clip has besides: its shape, its limit,
    the speaker's face, what its file says.
    """
    as_json = wants_json(as_json)
    if (pack and not clips) or (clips and film):
        raise ConfigError(
            f'"{pack}" is a pack of clips, or nothing' if pack else "a clip is no other film",
            next_step=f"ourwords verify --clips {pack}" if pack else "leave one of --clips and --film out",
        )
    with opened_project() as project:
        if clips:
            several = project.verify_clips(pack or "", listen=listen)
            found, pages = several.findings, several.pages
            beside: dict[str, Any] = {"packs": [str(page) for page in pages]}
        else:
            verified = project.verify(film, listen=listen)
            found, pages, beside = verified.findings, (verified.page,), {}
    _tell_verified(found, pages, as_json=as_json, strict=strict, beside=beside)


def _tell_verified(
    found: Sequence[Finding], pages: Sequence[Path], *, as_json: bool, strict: bool, beside: dict[str, Any]
) -> None:
    """What was found, with the pages that say so; exit 1 where it is too much."""
    from dataclasses import asdict

    from pipeline.core.finding import counted

    count, there = counted(found), ", ".join(map(str, pages))
    if as_json:
        document({**asdict(count), "findings": [asdict(one) for one in found], **beside})
    else:
        for one in found:
            if one.severity != "info":
                show(
                    f"{one.severity:8} {one.where:>14}  {one.rule}: {one.what} ({one.measured}; "
                    f"limit {one.limit})"
                )
        show(f"{there}  ({count})")
    if count.errors or (strict and count.warnings):
        again = "make the clips again" if beside else "build again"
        say(f"  → look at them in {there}, put right what is wrong, and {again}", always=True)
        raise typer.Exit(ChecksFailed.exit_code)


def diff(
    old: Annotated[
        Path | None,
        typer.Argument(help="A manifest.json, or a folder with one (default: the cut before the last)."),
    ] = None,
    new: Annotated[
        Path | None, typer.Argument(help="The same, of the newer cut (default: the last build's).")
    ] = None,
    contributor: Annotated[
        str | None,
        typer.Option(
            "--contributor",
            help="Tell it to this person: their own quotes, nobody else's words.",
            autocompletion=complete.contributors,
        ),
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option("--page", metavar="FILE.html", help="Write a page instead, to be given to them."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """What changed between two cuts, in plain words: quotes added, removed, moved, longer, shorter, other
    words.
    """
    from pipeline.delivery import manifest
    from pipeline.delivery.change_page import comparison_html, comparison_json, comparison_text
    from pipeline.review.rounds import Rounds

    as_json = wants_json(as_json)
    rounds = Rounds(opened())
    build = rounds.production.build
    found = rounds.compared(
        manifest.cut(old, build, manifest.BEFORE if old is None else manifest.NAME),
        manifest.cut(new, build),
        contributor or "",
    )
    if page:
        content = comparison_html(found, rounds.production.film.language)
        _page(page, content, rounds.facts(found), rounds.production)
        document({"page": str(page), "changes": len(found.changes)}) if as_json else show(
            f"{page}  ({len(found.changes)} changes)"
        )
    elif as_json:
        document(json.loads(comparison_json(found)))
    else:
        show(comparison_text(found).rstrip())


def _page(page: Path, content: bytes, facts: Facts, production: Production) -> None:
    """A page to be given to somebody: in build/ it is held as all that lies there; elsewhere it is theirs."""
    from pipeline.consent import names
    from pipeline.delivery.readable import unnamed
    from pipeline.delivery.release import Release, elsewhere, lies_in

    unsaid = names.of(production)
    files = unnamed({page.name: content}, unsaid)
    if lies_in(production.build, page):
        with at_the_door() as (_, door):
            door.hand_out(Release("diff", files, facts), page.parent)
    else:
        with at_the_door() as (_, door):
            door.look([Release("diff", files, facts)])
        elsewhere(page.parent, files, unsaid)


feedback_app = typer.Typer(
    no_args_is_help=True,
    help="Review rounds: comments on a cut, what is done about each, and a page that says so.",
)


@feedback_app.command("import", epilog="Example: ourwords feedback import round-1.csv")
def feedback_import(
    file: Annotated[
        Path,
        typer.Argument(help="frame.io's CSV, Premiere's or Resolve's markers, or a CSV of times and notes."),
    ],
    cut: Annotated[
        Path | None,
        typer.Option(
            "--cut", help="The manifest.json of the cut that was reviewed (default: the last build's)."
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--start", metavar="HH:MM:SS:FF", help="What the film's first frame was labelled."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would be taken in.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Take comments in, each tied to the words it fell on. The same file twice adds nothing."""
    from pipeline.delivery import manifest
    from pipeline.review.comments import whereabouts
    from pipeline.review.rounds import Rounds

    as_json = wants_json(as_json)
    rounds = Rounds(opened())
    reviewed = manifest.cut(cut, rounds.production.build)
    new, total = rounds.take_comments(file, reviewed, start, today(), dry=dry_run)
    if as_json:
        document({"comments": total, "new": [remark.id for remark in new], "written": not dry_run})
        return
    for remark in new:
        show(f"{remark.id[:6]}  {whereabouts(remark, reviewed).what}: {remark.comment.text}")
    show(f"{total} comments, {len(new)} of them new{', nothing written' if dry_run else ''}")
    late = sum(remark.spot.words == "past the end" for remark in new)
    if late:
        say(
            f"{late} of them come after the end of the film\n  → if its first frame was not labelled "
            f"00:00:00:00, say so with --start",
            always=True,
        )


@feedback_app.command("list", epilog="Example: ourwords feedback list --state open")
def feedback_list(
    state: Annotated[str | None, typer.Option("--state", help="open, doing, done or declined.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """All comments, and where they fall in the film as it is now."""
    from pipeline.delivery import manifest
    from pipeline.review.comment_files import remarks_json
    from pipeline.review.comments import whereabouts
    from pipeline.review.rounds import Rounds

    as_json = wants_json(as_json)
    rounds = Rounds(opened())
    cut, chosen = (
        manifest.cut(None, rounds.production.build),
        [remark for remark in rounds.remarks if state in (None, remark.state)],
    )
    if as_json:
        document(json.loads(remarks_json(chosen, cut)))
        return
    for remark in chosen:
        show(
            f"{remark.id[:6]}  {remark.state:8}  {whereabouts(remark, cut).what}\n        "
            f"{remark.comment.author or 'somebody'}: {remark.comment.text}"
        )
        if remark.answer:
            show(f"        → {remark.answer} ({remark.answered_by}, {remark.answered_on})")
    show(f"{len(chosen)} comments")


@feedback_app.command(
    "answer",
    epilog='Example: ourwords feedback answer 3fa1c2 --state done --say "It starts later now." --by '
    '"The editor"',
)
def feedback_answer(
    comment: Annotated[str, typer.Argument(help="The start of the comment's id.")],
    state: Annotated[str, typer.Option("--state", help="open, doing, done or declined.")],
    say: Annotated[str, typer.Option("--say", help="The answer, in plain words.")],
    by: Annotated[str, typer.Option("--by", help="Who answers.")],
    as_json: JsonFlag = False,
) -> None:
    """Say what is done about a comment, or why not. Earlier answers stay in the ledger."""
    from pipeline.language.papers import somebody
    from pipeline.review.rounds import Rounds

    as_json = wants_json(as_json)
    by = somebody(by, f'ourwords feedback answer {comment} --by "NAME"')
    answered = Rounds(opened()).answer(comment, state, say, by, today())
    document({"comment": answered.id, "state": answered.state}) if as_json else show(
        f"{answered.id[:6]} is {answered.state}."
    )


@feedback_app.command("page", epilog="Example: ourwords feedback page")
def feedback_page(as_json: JsonFlag = False) -> None:
    """“You said, we did”: build/feedback.html and .json, by the film as it is now."""
    from pipeline.consent import names
    from pipeline.delivery import manifest
    from pipeline.delivery.readable import unnamed
    from pipeline.delivery.release import Release
    from pipeline.review.comment_files import remarks_html, remarks_json
    from pipeline.review.rounds import Rounds

    as_json = wants_json(as_json)
    rounds = Rounds(opened())
    cut, remarks, page = (
        manifest.cut(None, rounds.production.build),
        rounds.remarks,
        rounds.production.build / "feedback.html",
    )
    with at_the_door() as (production, door):
        pages = {
            page.name: remarks_html(remarks, cut, production.film.language),
            "feedback.json": remarks_json(remarks, cut),
        }
        files = unnamed(pages, names.of(production))
        door.publish([Release("remarks", files, rounds.facts_of_cut(cut))])
    document({"page": str(page), "comments": len(remarks)}) if as_json else show(
        f"{page}  ({len(remarks)} comments)"
    )


@dataclass(frozen=True)
class _Told:
    """Where approvals stand; `why_not` where only the wording could be told. `damaged` lines of the ledger,
    and the captions' sign-off; and who is in which picture.
    """

    standings: list[Standing]
    pictures: list[Picture]
    why_not: str
    damaged: tuple[int, ...]
    signed: dict[str, Any]


def _standings(production: Production) -> _Told:
    """From the film as it would be built now; where that is not known yet, of the wording alone."""
    from pipeline.engine.cache import NotMade
    from pipeline.production.load import load

    try:
        load(production.root)
    except OurwordsError as problem:  # what people wrote can be read, and no film can be made of it
        return _told_by_the_lists(production, str(problem))
    with opened_project(dry=True) as project:
        damaged = project.film.reviews.book.damaged
        pictures = _pictures(project)
        try:
            return _Told(_in_full(project, project.standings), pictures, "", damaged, _signed(project))
        except NotMade as missing:
            why = f"the film has to be built for the rest ({missing} is not made yet)"
        except OurwordsError as problem:
            why = str(problem)
        standings = _in_full(project, _by_the_list(project))
        return _Told(standings, pictures, why, damaged, _signed(project, why))


def _pictures(project: Project) -> list[Picture]:
    """Who is in which picture; of recordings that have to be listened to first, as far as they were."""
    from pipeline.engine.cache import NotMade

    try:
        return list(project.film.answered.values())
    except (NotMade, OurwordsError):
        return list(project.film.pictures.values())


def _told_by_the_lists(production: Production, why: str) -> _Told:
    """Where the wording stands before there is any footage."""
    from pipeline.api import Project
    from pipeline.core.digest import file_digest
    from pipeline.engine.cache import Shelf
    from pipeline.engine.workspace import Workspace

    project = Project(production, Workspace(Shelf(production.build / ".store", dry=True)), today())
    film = project.film
    standings = _in_full(project, _listed(project))
    there = {name: path for name in production.pictures if (path := production.path(name)).is_file()}
    pictures = film.clearance.pictures({name: file_digest(path) for name, path in there.items()})
    return _Told(standings, list(pictures), why, film.reviews.book.damaged, _signed(project, why))


def _by_the_list(project: Project) -> list[Standing]:
    """Where the wording stands: of quotes whose places are not known yet, of whoever the list names."""
    from pipeline.engine.cache import NotMade

    try:
        return project.film.wordings
    except (NotMade, OurwordsError):
        return _listed(project)


def _listed(project: Project) -> list[Standing]:
    """Where the wording stands by what people wrote alone."""
    there = {name: who for name, who in _whose(project).items() if name in project.production.quote}
    return project.film.clearance.wordings(there)


def _whose(project: Project) -> dict[str, str]:
    """Whose the quotes of the scenes are, as the list says: by name or by source; blank where neither."""
    production = project.production

    def who(name: str) -> str:
        quote = production.quote.get(name)
        source = production.source_named(quote.source) if quote and quote.source else None
        return (quote.contributor if quote else "") or (source.contributor if source else "")

    return {name: who(name) for name in production.in_scenes}


def _in_full(project: Project, known: list[Standing]) -> list[Standing]:
    return project.film.clearance.in_full(known, _whose(project))


def _signed(project: Project, unknown: str = "") -> dict[str, Any]:
    """Where the captions' sign-off stands; nothing where nobody ever signed."""
    last = project.signoffs.last
    if not last:
        return {"sign_off": None}
    found = [] if unknown else project.signoffs.findings(project.captions)
    state = "unknown" if unknown else "void" if found else "signed"
    return {
        "sign_off": {"state": state, "by": last.by, "on": str(last.on), "why": found[0].what if found else ""}
    }


def _flaws(production: Production) -> list[Flaw]:
    from pipeline.production.lint import check

    return check(production.quotes, production.consents, today())


def _is_of(flaw: Flaw, contributor: str, production: Production) -> bool:
    return any(
        (quote.file, quote.row) == (flaw.file, flaw.row) and quote.contributor == contributor
        for quote in production.quotes
    )


def _day(text: str, option: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigError(
            f'"{text}" is not a date', where=option, next_step="write it as 2026-05-13"
        ) from None


COMMANDS: tuple[tuple[str, Callable[..., Any], str], ...] = (
    ("approve", approve, 'ourwords approve cut q01 q02 --by "Tuesday group"'),
    ("status", status, "ourwords status --contributor amara"),
    ("verify", verify, "ourwords verify"),
    ("diff", diff, "ourwords diff --contributor amara --page for-amara.html"),
)
