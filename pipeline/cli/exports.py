"""Commands for what leaves for good: exports, and the ledger of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import complete
from pipeline.cli.console import (
    ClusterOption,
    JsonFlag,
    document,
    opened,
    opened_project,
    say,
    settings,
    show,
    tell_removed,
    today,
    wants_json,
)
from pipeline.errors import ChecksFailed, ConfigError, InputError

if TYPE_CHECKING:
    from pipeline.delivery.exports import Exported, Foreseen
    from pipeline.delivery.ledger import Ledger, Standing


def add_to(app: typer.Typer) -> None:
    app.add_typer(export_app, name="export")
    app.command("exports", epilog="Example: ourwords exports --contributor amara")(exports)


export_app = typer.Typer(
    no_args_is_help=True,
    help="Hand the film out for people to learn with, through the gate for training; each is written down.",
)

ToOption = Annotated[
    Path | None, typer.Option("--to", help="Another folder: the files there are theirs who have it.")
]
ForOption = Annotated[
    str, typer.Option("--for", metavar="RECIPIENT", help="Who gets it: withdrawal has to find them.")
]


@export_app.command(
    "training",
    epilog='Example: ourwords export training --only scorm12 --for "Learning Hub"',
)
def training(
    only: Annotated[
        str,
        typer.Option(
            "--only",
            help="player, guide, web, scorm12, scorm2004, cmi5, h5p; several with commas (default: all).",
            autocompletion=complete.kinds_of_training,
        ),
    ] = "",
    to: ToOption = None,
    recipient: ForOption = "",
    libraries: Annotated[
        Path | None,
        typer.Option("--h5p-libraries", help="An .h5p of the site: its libraries are put into ours."),
    ] = None,
    max_size: Annotated[
        str, typer.Option("--max-size", metavar="15MB", help="What the H5P package may have at most.")
    ] = "",
    free_text: Annotated[
        bool,
        typer.Option("--free-text", help="H5P boxes to type into: the site is sent what is typed there."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what would be written, and how large it is.")
    ] = False,
    cluster: ClusterOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Write what people learn with: the player, the guide and packages for learning systems."""
    from pipeline.delivery.training.kinds import Options
    from pipeline.render.smaller import size_of

    as_json = wants_json(as_json)
    size = size_of(max_size) if max_size.strip() else None
    options = Options(_libraries(libraries), size, free_text)
    with opened_project(dry=dry_run, cluster=cluster) as project:
        if dry_run:
            found = project.training_foreseen(_names(only), to=to, options=options)
            _tell_foreseen(found, as_json=as_json)
            return
        made = project.export_training(_names(only), to=to, recipient=recipient, options=options)
    if free_text:
        say(FREE_TEXT, always=True)
    _tell_exported(made, "training", recipient, as_json=as_json)


FREE_TEXT = (
    "In the H5P package people may type: their site is sent what they typed, word for word, and keeps it.\n"
    "  → tell them so before they begin; nothing is sent without --free-text"
)


@export_app.command("markers", epilog="Example: ourwords export markers --only fcpxml,resolve --to edit")
def markers(
    only: Annotated[
        str,
        typer.Option(
            "--only",
            help="json, vtt, able, chapters, ffmetadata, resolve, fcp7, fcpxml, otio, csv, premiere; several "
            "with commas (default: all).",
            autocompletion=complete.kinds_of_markers,
        ),
    ] = "",
    to: ToOption = None,
    recipient: ForOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Write breaks and chapters for players and editing systems, with a report of what each cannot hold."""
    as_json = wants_json(as_json)
    with opened_project() as project:
        made = project.export_markers(_names(only), to=to, recipient=recipient)
    _tell_exported(made, "training", recipient, as_json=as_json)


def _names(only: str) -> tuple[str, ...]:
    """ "scorm12, h5p" as names."""
    return tuple(name.strip().lower() for name in only.split(",") if name.strip())


def _libraries(file: Path | None) -> Path | None:
    if file and not file.is_file():
        step = "give an .h5p that your site let you download, with its libraries in it"
        raise InputError(f'no file "{file}"', where="--h5p-libraries", next_step=step)
    return file.resolve() if file else None


def _tell_foreseen(found: list[Foreseen], *, as_json: bool) -> None:
    from pipeline.engine.cache import in_words

    if as_json:
        document({"would_write": [asdict(one) for one in found]})
        return
    for one in found:
        if one.bytes is None:
            size = "how large is known once it is made"
        else:
            size = f"{'' if one.kept else 'about '}{in_words(one.bytes)}"
        show(f"{one.to}: {size}{', made already' if one.kept else ''}")


def _tell_exported(made: Exported, use: str, recipient: str, *, as_json: bool) -> None:
    if as_json:
        entered = [{"id": one.id, "what": one.what, "sha256": one.sha256} for one in made.entered]
        document(
            {
                "use": use,
                "for": recipient,
                "files": [str(path) for path in made.files],
                "changed": list(made.changed),
                "entered": entered,
                "findings": [asdict(one) for one in made.findings],
            }
        )
        return
    for place, count in _places(made).items():
        show(f"{place}  ({count} files)" if count > 1 else str(place))
    for one in made.findings:
        if one.severity != "info" or settings.verbose:
            measured = f" ({one.measured})" if one.measured else ""
            say(f"{one.severity}: {one.where}: {one.what}{measured}", always=True)
    if made.entered:
        whom = f" for {recipient}" if recipient else ""
        say(f"Written down{whom}: {', '.join(one.what for one in made.entered)}. ourwords exports lists it.")
    elif not made.changed:
        say("Nothing has changed since it was handed out.")


def _places(made: Exported) -> Counter[Path]:
    """Files, and folders with how many are in them."""
    return Counter(made.folder / path.relative_to(made.folder).parts[0] for path in made.files)


def exports(
    contributor: Annotated[
        str | None,
        typer.Option(
            "--contributor", help="Only what a contributor is in.", autocompletion=complete.contributors
        ),
    ] = None,
    gone: Annotated[
        list[str] | None,
        typer.Option("--gone", metavar="ID", help="Say that every copy of an export is deleted; with --by."),
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="On whose word it is gone.")] = "",
    note: Annotated[str, typer.Option("--note", help="How they know.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """List what was handed out, for whom, with whom in it, and whether it is of the film as it is now. Exit 1
    where a copy has to be taken back.
    """
    from pipeline.consent.gate import everybody
    from pipeline.delivery import ledger
    from pipeline.delivery.release import Door

    as_json = wants_json(as_json)
    production = opened()
    if contributor and contributor not in production.consent:
        known = ", ".join(production.consent) or "none"
        raise ConfigError(f'no contributor "{contributor}"', next_step=f"there are: {known}")
    door, book = Door.of(production, today()), ledger.Ledger(production.root)
    let_go = book.let_go(gone or [], by, today(), note)
    if let_go:
        say(f"Written down as gone: {ledger.said(let_go)}.", always=True)
    tell_removed(production, door.hold(dry=True), dry=True)
    film, lists = door.record().get("cut.mp4"), door.lists()
    found = [
        one
        for one in book.standings(lists, film.of if film else "")
        if not contributor or contributor in everybody(one.export.facts, lists)
    ]
    if as_json:
        damaged = list(book.book.damaged)
        document({"exports": [ledger.record(one) for one in found], "damaged_lines": damaged})
    else:
        _show(found, contributor)
    _tell(found, book)
    if book.book.damaged or any(one.state in ("recall", "altered") for one in found):
        raise typer.Exit(ChecksFailed.exit_code)


def _show(found: list[Standing], contributor: str | None) -> None:
    from pipeline.delivery.ledger import table

    if not found:
        of = f" that {contributor} is in" if contributor else ""
        show(f"Nothing was handed out{of}.")
        return
    for line in table(found):
        show(line)


def _tell(found: list[Standing], book: Ledger) -> None:
    """What is to be done, on standard error: what has to be taken back first."""
    from pipeline.delivery.ledger import BACKUP, LEDGER, not_current

    for states in (("recall", "altered"), ("out of date", "not known")):
        for what, step in not_current(found, *states):
            say(f"{what}\n  → {step}", always=True)
    if any(one.state == "recall" for one in found):
        say("Once every copy is deleted, say so: ourwords exports --gone ID --by NAME", always=True)
    if book.book.damaged:
        lines = ", ".join(map(str, book.book.damaged))
        say(f"{LEDGER}: line {lines} cannot be read and is passed over\n  → {BACKUP}", always=True)
