"""The `ourwords` command: arguments, the command that they name, an exit code."""

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
from pipeline.cli import approvals, build, captions, clips, exports, machine, usage
from pipeline.cli.check import check as check_papers
from pipeline.cli.console import (
    document,
    one_document,
    root,
    say,
    settings,
    show,
    unsaid,
)
from pipeline.cli.stop import let_threads_end, stoppable
from pipeline.errors import InputError, OurwordsError, Refused, of_system
from pipeline.production.locate import composed, found

if TYPE_CHECKING:
    from collections.abc import Callable


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
machine.add_to(app)
build.add_to(app)


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
