"""Commands for captions: check, compare, fix, export, convert."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import complete, corrections
from pipeline.cli.console import JsonFlag, document, opened_project, root, say, show, today, wants_json
from pipeline.errors import ChecksFailed, ConfigError, InputError

if TYPE_CHECKING:
    from pipeline.captions.autofix import Mended
    from pipeline.captions.formats import Subtitles
    from pipeline.captions.model import Cue
    from pipeline.captions.rules import Judged, Verdict

app = typer.Typer(
    no_args_is_help=True,
    help="Check captions, mend them, take corrections back, sign them, take them out in other formats.",
)
corrections.add_to(app)

FileArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="A caption file; without one, the production's captions."),
]
ProductionFlag = Annotated[
    bool,
    typer.Option(
        "--production", help="The production's captions, with all that is known of them. The default."
    ),
]
ProfileOption = Annotated[
    str | None,
    typer.Option(
        "--profile",
        help="Another profile than the production's (of a file: than plain).",
        autocompletion=complete.profiles,
    ),
]
RateOption = Annotated[
    str | None, typer.Option("--rate", help="A file's frames a second: 25 or 29.97. Not known without.")
]
LanguageOption = Annotated[
    str,
    typer.Option("--language", help="A file's language, whatever its name, its header and its words say."),
]
SizeOption = Annotated[
    str, typer.Option("--size", help="The picture's size that a file's lines are measured for.")
]


@app.command(
    "check",
    epilog="Example: ourwords captions check; or: ourwords captions check cut.en-GB.srt --profile "
    "bbc --rate 25",
)
def captions_check(
    file: FileArgument = None,
    production: ProductionFlag = False,
    profile: ProfileOption = None,
    rate: RateOption = None,
    size: SizeOption = "1920x1080",
    language: LanguageOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Judge captions by a profile's rules; exit 1 where there are errors. What cannot be judged is listed."""
    from dataclasses import asdict, replace

    from pipeline.captions.rules import check, worst_first
    from pipeline.production import reading_time
    from pipeline.production.load import written

    as_json = wants_json(as_json)
    judged = _judged(file, production, profile, rate, size, language)
    verdict = check(judged)
    if not file:
        cards = reading_time.findings(written(root()), judged.profile)
        verdict = replace(verdict, findings=tuple(worst_first([*verdict.findings, *cards])))
    if as_json:
        document(
            {
                "profile": judged.profile.name,
                "language": judged.language,
                "cues": judged.count,
                "findings": [asdict(finding) for finding in verdict.findings],
                "not_judged": [{"rule": rule, "needs": why} for rule, why in verdict.not_judged.items()],
            }
        )
    else:
        _tell(judged, verdict)
    if verdict.failed:
        of = f" {file}" if file else ""
        say(
            f"  → ourwords captions fix{of} --dry-run shows what can be mended without a word changed",
            always=True,
        )
        raise typer.Exit(ChecksFailed.exit_code)


@app.command("compare", epilog="Example: ourwords captions compare netflix")
def captions_compare(
    other: Annotated[
        str,
        typer.Argument(
            metavar="OTHER",
            help="The profile to compare with the production's.",
            autocompletion=complete.profiles,
        ),
    ],
    as_json: JsonFlag = False,
) -> None:
    """Say what another house style asks otherwise, clause by clause, and what that does to the cues of this
    film.
    """
    from dataclasses import asdict

    from pipeline.captions.compare_profiles import differences
    from pipeline.production.configs import load_profile

    as_json = wants_json(as_json)
    theirs = load_profile(other, "OTHER")
    with opened_project() as project:
        theirs = theirs.of(project.production.film.language)
        ours, size, told = project.production.profile, project.timeline.size, project.qc.compared(theirs)
    if as_json:
        document(
            {
                "profile": ours.name,
                "other": theirs.name,
                "differences": [asdict(one) for one in differences(ours, theirs, size)],
                "told": told,
            }
        )
    else:
        for line in told:
            show(line)


@app.command(
    "export", epilog="Example: ourwords captions export --format srt,imsc --profile bbc --to sidecars"
)
def captions_export(
    formats: Annotated[
        str, typer.Option("--format", help="srt, vtt, ttml (EBU-TT-D), imsc, ass, scc; several with commas.")
    ] = "srt,vtt,ttml,imsc,ass",
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            help="Another house style than the production's: cut and timed anew for it.",
            autocompletion=complete.profiles,
        ),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="The folder for them (default: build/export).")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """The film's captions as files. They are held by the same consents and approvals as the film."""
    from pipeline.captions.formats import written

    as_json = wants_json(as_json)
    known = written()
    kinds = [kind.strip().lower() for kind in formats.split(",") if kind.strip()]
    if not kinds or not set(kinds) <= set(known):
        raise ConfigError(
            f'"{formats}" is not a format that is written',
            where="--format",
            next_step=f"use one or more of: {', '.join(known)}",
        )
    with opened_project(profile=profile) as project:
        files = project.export_captions(kinds, to or project.production.build / "export")
        house = project.production.profile.name
    if as_json:
        document({"profile": house, "files": [str(file) for file in files]})
    else:
        for file in files:
            show(str(file))


def _tell(judged: Judged, verdict: Verdict) -> None:
    for finding in verdict.findings:
        show(
            f"{finding.severity:8} {finding.where:>10}  {finding.rule}: {finding.what} "
            f"({finding.measured}; limit {finding.limit}) – {finding.clause}"
        )
    tongue = judged.language or "a language that is not known (--language)"
    show(
        f"{judged.count} cues in {tongue}, {len(verdict.findings)} findings by the profile "
        f"{judged.profile.name}"
    )
    for rule, why in verdict.not_judged.items():
        say(
            f"not judged: {rule} (needs {why})" if "the profile" not in why else f"not judged: {rule} ({why})"
        )


def _judged(
    file: Path | None, production: bool, profile: str | None, rate: str | None, size: str, language: str
) -> Judged:
    """What is to be judged: a file by itself, or the production's captions with all that the film knows."""
    from pipeline.production.configs import load_profile

    if file and production:
        raise ConfigError(
            "a file or the production, not both", where=str(file), next_step="leave out FILE or --production"
        )
    if file:
        return _of_file(file, profile or "plain", rate, size, language)[1]
    with opened_project() as project:
        language = project.production.film.language
        return project.judged(load_profile(profile, "--profile").of(language) if profile else None)


def _of_file(
    file: Path, profile: str, rate: str | None, size: str, language: str
) -> tuple[Subtitles, Judged]:
    from pipeline.captions import files

    found = _read(file)
    return found, files.judged(found, profile, rate=rate, size=size, language=language)


def _read(file: Path) -> Subtitles:
    from pipeline.captions import files
    from pipeline.captions.formats import labels

    found = files.read(file)
    if not found.cues:
        raise InputError("holds no captions", where=file.name, next_step=f"give {labels()}")
    return found


# Fix -----------------------------------------------------------------------------------------


@app.command(
    "fix",
    epilog="Example: ourwords captions fix --dry-run; or: ourwords captions fix cut.en-GB.srt "
    "--profile bbc --rate 25",
)
def captions_fix(
    file: FileArgument = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show each fix, before and after.")] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Put a file back as it was before it was fixed.")
    ] = False,
    profile: ProfileOption = None,
    rate: RateOption = None,
    size: SizeOption = "1920x1080",
    language: LanguageOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Mend what rules find in captions: times and lines, never a word. A file is changed where it lies, and
    only in the lines of the cues that are named; beside it stays FILE.before.
    """
    from dataclasses import replace

    from pipeline.captions.autofix import mend
    from pipeline.captions.files import repaired
    from pipeline.captions.rules import check

    as_json = wants_json(as_json)
    if undo:
        _undo(file)
        return
    if file:
        found_in, judged = _of_file(file, profile or "plain", rate, size, language)
        mended, data = repaired(found_in, judged, str(file))
    else:
        judged = _judged(None, False, profile, rate, size, language)
        mended, data = mend(judged), b""
    left = check(replace(judged, cues=mended.cues)).findings
    if not dry_run and mended.fixes:
        if file:
            _write(file, data)
        else:
            _keep(judged, mended)
    found = check(judged).findings
    if as_json:
        fixes = [
            {
                "name": f.name,
                "rule": f.rule,
                "cue": f.cue,
                "before": list(map(_line, f.before)),
                "after": list(map(_line, f.after)),
            }
            for f in mended.fixes
        ]
        document(
            {
                "profile": judged.profile.name,
                "kept": not dry_run,
                "fixes": fixes,
                "findings_before": len(found),
                "findings_after": len(left),
            }
        )
        return
    for fix in mended.fixes:
        show(f"{fix.name} (cue {fix.cue}, {fix.rule})" if fix.cue else f"{fix.name} ({fix.rule})")
        if fix.cue:
            for mark, cues in (("-", fix.before), ("+", fix.after)):
                for cue in cues:
                    show(f"  {mark} {_line(cue)}")
    show(
        f"{len(mended.fixes)} fixes{' that would be made' if dry_run else ''}: {len(found)} findings "
        f"before, {len(left)} after"
    )


def _line(cue: Cue) -> str:
    return f"{cue.span.start} → {cue.span.end}  {' / '.join(cue.lines)}"


def _keep(judged: Judged, mended: Mended) -> None:
    """A production's fixes become corrections."""
    from pipeline.captions.model import Captions

    try:
        fixed = Captions(judged.language, mended.cues)
    except ValueError as problem:
        raise InputError(f"cannot be kept: {problem}", next_step="part these two cues by hand") from None
    with opened_project() as project:
        mine = project.production.profile.name
        if judged.profile.name != mine:
            step = "add --dry-run, or change captions.profile in production.toml"
            raise ConfigError(
                f"a production's fixes are for its own profile, {mine}",
                where=f"--profile {judged.profile.name}",
                next_step=step,
            )
        names = list(dict.fromkeys(fix.name for fix in mended.fixes))
        kept = project.film.corrections.keep_fix(
            Captions(judged.language, judged.cues), fixed, names, today(), project.timeline
        )
    say(f"{len(kept)} corrections written down; `ourwords captions undo` withdraws them")


def _before(file: Path) -> Path:
    return file.with_name(f"{file.name}.before")


def _write(file: Path, fixed: bytes) -> None:
    from pipeline.engine.cache import link_whole, write_whole

    _not_in_build(file)
    if _before(file).exists():
        raise ConfigError(
            "has been fixed before",
            where=file.name,
            next_step=f"put it back (--undo), or delete {_before(file).name} to keep it as it is",
        )
    link_whole(file, _before(file))
    write_whole(file, fixed, file.stat().st_mode & 0o777)


def _undo(file: Path | None) -> None:
    if file is None:
        raise ConfigError(
            "of a production: `ourwords captions undo`",
            where="--undo",
            next_step="name the file that was fixed",
        )
    if not _before(file).is_file():
        raise InputError(
            "was not fixed, or was put back already",
            where=file.name,
            next_step=f"there is no {_before(file).name}",
        )
    _before(file).replace(file)
    say(f"{file.name} is as it was")


# Convert -------------------------------------------------------------------------------------


@app.command(
    "convert",
    epilog="Example: ourwords captions convert interview.srt interview.vtt; or: ourwords captions convert "
    "interview.stl interview.xml --to imsc",
)
def captions_convert(
    file: Annotated[Path, typer.Argument(metavar="IN", help="A caption file: what it is is read in it.")],
    new: Annotated[
        Path, typer.Argument(metavar="OUT", help="The new file; its ending says in which format.")
    ],
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="Its format, whatever it is called: srt, vtt, ttml (EBU-TT-D), imsc, ass, scc.",
            autocompletion=complete.words("ass", "imsc", "scc", "srt", "ttml", "vtt"),
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over OUT where it is there already.")] = False,
    language: Annotated[
        str, typer.Option("--language", help="Its language, where neither its text nor its name says it.")
    ] = "",
    as_json: JsonFlag = False,
) -> None:
    """A caption file in another format, outside of any production; what is lost on the way is listed."""
    from dataclasses import asdict, replace

    from pipeline.captions.convert import converted, target
    from pipeline.engine.cache import write_whole

    as_json = wants_json(as_json)
    kind = target(new, to)
    found = _read(file)
    found = replace(found, language=found.language or language)
    _may_be_written(file, new, force=force)
    done = converted(found, kind, name=new.name)
    write_whole(new, done.data, 0o644)
    if as_json:
        lost = [asdict(one) for one in done.lost]
        document({"file": str(new), "from": found.format, "to": kind, "cues": done.cues, "lost": lost})
        return
    show(f"{new}: {done.cues} cues, {found.format} to {kind}")
    for one in done.lost:
        say(f"lost: {one.what} ({one.count}){f': {one.now}' if one.now else ''}", always=True)


def _may_be_written(file: Path, new: Path, *, force: bool) -> None:
    _not_in_build(new)
    if new.is_dir():
        raise ConfigError("is a folder", where=str(new), next_step="name the new file in it")
    if new.exists() and file.samefile(new):
        raise ConfigError("is the file itself", where=str(new), next_step="give the new file another name")
    if new.exists() and not force:
        raise ConfigError(
            "is there already", where=str(new), next_step="give another name, or --force to write over it"
        )


def _not_in_build(file: Path) -> None:
    from pipeline.production.locate import build_around

    if build_around(file):
        raise ConfigError(
            "lies in build/, where nothing lies but what a build made",
            where=str(file),
            next_step="give a file outside of it",
        )
