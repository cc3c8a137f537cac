"""Commands for what people put right in the captions, and for signing them: import, mark, corrections, undo,
sign.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.console import JsonFlag, document, opened, opened_project, say, show, today, wants_json
from pipeline.errors import ChecksFailed, ConfigError, InputError

if TYPE_CHECKING:
    from pipeline.api import Project
    from pipeline.captions.editing.diff import Edits
    from pipeline.captions.editing.editions import Edition
    from pipeline.captions.editing.lines import Kept
    from pipeline.captions.editing.model import Anchor, Conflict, Correction
    from pipeline.captions.model import Captions, Cue
    from pipeline.consent.signoff_model import SignOff
    from pipeline.core.time import Programme, Time

HALF = 0.5
"""Of a file that shares less with the captions that are most like it, nobody knows what it was made from."""

By = Annotated[str, typer.Option("--by", help="Who says so.")]
Dry = Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would be written down.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands into the command line."""
    for name, command, example in COMMANDS:
        app.command(name, epilog=f"Example: {example}")(command)


def import_file(
    file: Annotated[Path, typer.Argument(help="The caption file that came back from the reviewer.")],
    by: By = "",
    every_profile: Annotated[
        bool,
        typer.Option(
            "--every-profile", help="Lines, cues and times hold for every profile, not for the film's alone."
        ),
    ] = False,
    take: Annotated[
        str,
        typer.Option(
            "--take",
            metavar="SIDE",
            help="Where others have said otherwise since: mine (this file's side) or theirs.",
        ),
    ] = "",
    edition: Annotated[
        str,
        typer.Option(
            "--edition",
            metavar="ID",
            help="The captions that the file was made from, by their id, or `now` (default: found).",
        ),
    ] = "",
    dry_run: Dry = False,
    as_json: JsonFlag = False,
) -> None:
    """Take a reviewer's edited captions back: what they changed of the captions that they had, cue by cue,
    tied to the words; exit 1 where some of it cannot be done, or others have said otherwise since.
    """
    from pipeline.captions.editing.merge import what

    as_json = wants_json(as_json)
    who = _who(by, f"captions import {file.name}")
    if take not in ("", "mine", "theirs"):
        step = "mine: this file's side, theirs: what others have said since"
        raise ConfigError(f'"{take}" is no side', where="--take", next_step=step)
    data = _came_back(file)
    with opened_project() as project:
        of, found, like = _compared(project, file.name, data, edition)
        before = project.film.corrections.standing
        taken = project.film.corrections.take_in(
            found.corrections,
            of.knew,
            who,
            today(),
            note=file.name,
            profile="" if every_profile else of.profile,
            side=take,
            dry=dry_run,
        )
        captions, mine = project.captions, set(map(what, taken.said))
        since = [one for one in before if one.id not in of.knew and what(one) not in mine]
        refused = _refused(project, taken.said, taken.standing)
    answer = _Answer(
        taken.new, refused, found.missing, of.id, len(since), taken.withdrawn, str(file), who, like
    )
    _tell(captions, answer, dry=dry_run, as_json=as_json)


def _came_back(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise InputError(
            f"cannot be read: {problem.strerror}",
            where=str(file),
            next_step="give the file that came back from the reviewer",
        ) from None


def _compared(project: Project, name: str, data: bytes, asked: str) -> tuple[Edition, Edits, float]:
    """A reviewer's file held against the captions that it was made from; what share of it is as it was."""
    from pipeline.captions.editing.diff import Edits
    from pipeline.captions.editing.editions import mark_in, shared
    from pipeline.captions.formats import CODECS, read
    from pipeline.delivery import editions

    back = read(name, data, project.production.profile.conventions)
    again = "give the caption file that came back from the reviewer"
    if not back.cues:
        raise InputError("holds no captions", where=name, next_step=again)
    of = editions.origin(project.film, name, data, back.cues, asked)
    places = "position" in CODECS[back.format].holds
    found = Edits(of.captions, back.cues, of.rate, of.timeline, positions=places)
    alike, words = found.of_the_film
    if alike * 2 < words or not alike:
        what = f"holds {alike} of the film's words in its {words}: it is of another film"
        step = "give a file that was exported from this production"
        raise InputError(what if alike else "holds none of the film's words", where=name, next_step=step)
    sure = mark_in(name, data) == of.id
    return of, found, 1.0 if sure else shared(back.cues, of)


def mark(
    cue: Annotated[str, typer.Argument(help="The cue's number, or a time in the film (1:23.4).")],
    sound: Annotated[str, typer.Option("--sound", help='A sound that matters: "door slams".')] = "",
    music: Annotated[str, typer.Option("--music", help='Music that is heard: "gentle piano".')] = "",
    at: Annotated[
        str,
        typer.Option(
            "--at",
            metavar="TIME",
            help="When in the film it begins (default: it is told before the cue's first word).",
        ),
    ] = "",
    seconds: Annotated[
        float, typer.Option("--for", help="How long the sound's cue stays, in seconds.", min=0.5, max=10)
    ] = 1.5,
    unclear: Annotated[
        str, typer.Option("--unclear", help='Why speech is unclear: "train drowns his words".')
    ] = "",
    heard: Annotated[
        bool, typer.Option("--heard", help="You listened to the cue, and these are the words.")
    ] = False,
    nothing: Annotated[
        bool,
        typer.Option(
            "--nothing", help="You listened: nothing there (--at, or in the cue's time) needs a label."
        ),
    ] = False,
    top: Annotated[bool, typer.Option("--top", help="It stands at the top.")] = False,
    bottom: Annotated[bool, typer.Option("--bottom", help="It stands at the bottom.")] = False,
    by: By = "",
    dry_run: Dry = False,
    as_json: JsonFlag = False,
) -> None:
    """Say something of one cue without a file: a sound, why speech is unclear, that you listened, where it
    stands.
    """
    from pipeline.captions.editing.apply import marked

    as_json = wants_json(as_json)
    who = _who(by, f"captions mark {cue}")
    told = {
        "sound": sound,
        "music": music,
        "unclear": unclear,
        "heard": "yes" if heard else "",
        "nothing": "sound" if nothing else "",
        "position": "top" if top else "bottom" if bottom else "",
    }
    said = [(kind, value) for kind, value in told.items() if value]
    misplaced = at and not (sound or music or nothing)
    if not said or (top and bottom) or misplaced:
        raise ConfigError(
            "what of it?",
            where=f"cue {cue}",
            next_step='say one of --sound "…" or --music "…" (with --at), --unclear "…", --heard, --nothing, '
            "--top, --bottom",
        )
    with opened_project() as project:
        number = _number(project.captions, cue)
        moment = _moment(at) if at else None
        corrections = [
            marked(project.captions, project.timeline, number, kind, value.strip(), moment, seconds)
            for kind, value in said
        ]
        captions = project.captions
        project.film.clearance.written([(f"--{one.kind}", one.value) for one in corrections])
        new = project.film.corrections.keep(corrections, who, today(), dry=dry_run)
        refused = _refused(project, new, [*project.film.corrections.standing, *(new if dry_run else ())])
    _tell(captions, _Answer(new, refused), dry=dry_run, as_json=as_json)


def undo(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="The start of a correction's or a batch's id (default: the last batch)."),
    ] = None,
    by: By = "",
    dry_run: Dry = False,
    as_json: JsonFlag = False,
) -> None:
    """Withdraw corrections: a line says so, and nothing is deleted."""
    from pipeline.captions.editing.lines import told
    from pipeline.captions.editing.log import Corrections

    as_json = wants_json(as_json)
    gone = Corrections(opened()).undo(list(names or []), _who(by, "captions undo"), today(), dry=dry_run)
    if as_json:
        document({"withdrawn": [one.id for one in gone], "written": bool(gone) and not dry_run})
        return
    for one in gone:
        show(f"{one.id[:6]}  {told(one)}")
    show(
        f"{len(gone)} correction(s) {'would be withdrawn' if dry_run else 'withdrawn'}."
        if gone
        else "There is nothing to withdraw."
    )


def corrections(as_json: JsonFlag = False) -> None:
    """All corrections, and where each stands: applied, conflict, waiting for its quote, superseded,
    withdrawn, for another profile.
    """
    from pipeline.captions.editing.lines import kept_lines, kept_record

    as_json = wants_json(as_json)
    with opened_project() as project:
        kept = project.film.corrections.told(project.film.corrected[1])
        damaged = project.film.corrections.book.damaged
    if as_json:
        document({"corrections": [kept_record(one) for one in kept], "damaged_lines": list(damaged)})
    else:
        for line in kept_lines(kept):
            show(line)
        counts = Counter(one.state for one in kept)
        show(
            ", ".join(f"{count} {state}" for state, count in counts.items())
            or "Nobody has corrected anything."
        )
    if damaged:
        say(
            f"reviews/captions.jsonl: line {', '.join(map(str, damaged))} cannot be read\n  → look "
            f"at it, or take it from your backup",
            always=True,
        )
    if any(one.state == "conflict" for one in kept):
        raise typer.Exit(ChecksFailed.exit_code)


def sign(
    by: By = "",
    profile: Annotated[
        str, typer.Option("--profile", help="The profile that is signed: it has to be the film's.")
    ] = "",
    note: Annotated[str, typer.Option("--note", help="What was looked at, or who looked.")] = "",
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept", metavar="RULE", help="Sign in spite of this rule's errors; --note says why."
        ),
    ] = None,
    cues_changed: Annotated[
        bool, typer.Option("--cues-changed", help="Only list the cues that need a look; sign nothing.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Sign the captions: name, date, profile and hashes of sidecars, burnt film and approved words. Any byte
    changed voids it.
    """
    as_json = wants_json(as_json)
    who = "" if cues_changed else _who(by, "captions sign")
    _check_accepted(accept or [], note)
    with opened_project() as project:
        if cues_changed:
            look = _to_look_at(project)
        else:
            given = project.sign(who, profile=profile.strip(), note=note.strip(), accept=accept or ())
            look = _look(project, given.looked, given.carried)
    if as_json:
        _document_look(look, signed=not cues_changed)
        return
    carried, some = look.carried, len(look.cues) < look.total
    if carried and some:
        show(
            f"{len(look.cues)} of {look.total} cues are not as {carried.by} signed them on "
            f"{carried.on}{':' if look.cues else '.'}"
        )
    for number, cue in look.cues if cues_changed or (carried and some) else []:
        show(f"c{number:<4} {cue.span.start}  {' / '.join(cue.lines)}")
    if not cues_changed:
        _show_signed(who, look)


def _check_accepted(accept: list[str], note: str) -> None:
    from pipeline.consent.signoff_rules import ACCEPTABLE

    if wrong := sorted(set(accept) - ACCEPTABLE):
        step = f"what may be accepted: {', '.join(sorted(ACCEPTABLE))}"
        raise ConfigError(f"nobody can sign in spite of {', '.join(wrong)}", where="--accept", next_step=step)
    if accept and not note.strip():
        raise ConfigError(
            "accepted, and why?", where="--accept", next_step='--note "verbatim, as fast as it was said"'
        )


@dataclass(frozen=True)
class _Look:
    """The cues that somebody looks at to sign, by their numbers, and whose signature holds for the others."""

    profile: str
    total: int
    cues: list[tuple[int, Cue]]
    carried: SignOff | None


def _look(project: Project, looked: Sequence[int], carried: SignOff | None) -> _Look:
    cues = [(number, project.captions.cues[number - 1]) for number in looked]
    return _Look(project.production.profile.name, len(project.captions.cues), cues, carried)


def _to_look_at(project: Project) -> _Look:
    from pipeline.consent.signoff_rules import to_look_at

    last, now = project.signoffs.last, project.signoffs.now(project.captions)
    return _look(project, to_look_at(last.signed if last else None, now), last)


def _document_look(look: _Look, *, signed: bool) -> None:
    document(
        {
            "profile": look.profile,
            "cues": look.total,
            "look": [
                {"cue": number, "at": str(cue.span.start), "text": cue.text} for number, cue in look.cues
            ],
            "carried_from": look.carried.id if look.carried else None,
            "signed": signed,
        }
    )


def _show_signed(who: str, look: _Look) -> None:
    rest, carried = "", look.carried
    if carried:
        others = look.total - len(look.cues)
        rest = f" {others} are carried over from {carried.by}, {carried.on} ({carried.id[:6]})."
    show(
        f"Signed by {who}: {look.total} cues by the profile {look.profile}.{rest} Any byte changed voids it."
    )


def _refused(project: Project, said: Sequence[Correction], standing: Sequence[Correction]) -> list[Conflict]:
    """What of all that was said cannot be done, held against what stands."""
    from pipeline.captions.editing.apply import replay
    from pipeline.captions.editing.merge import what

    wanted = set(map(what, said))
    film, production = project.film, project.production
    _, conflicts = replay(
        film.made, standing, production.profile, film.timeline, production.bleeps, film.width
    )
    return [conflict for conflict in conflicts if what(conflict.correction) in wanted]


@dataclass(frozen=True)
class _Answer:
    """What came of corrections: which are new, which cannot be done; and of a file, with what it was
    compared, and what was withdrawn for it.
    """

    new: Sequence[Correction]
    refused: Sequence[Conflict]
    missing: tuple[str, ...] = ()
    edition: str = ""
    since: int = 0
    withdrawn: Sequence[Correction] = ()
    file: str = ""
    by: str = ""
    shared: float = 1.0
    """What share of the file is as it was in that."""

    @property
    def kept(self) -> list[Kept]:
        """Each correction with what became of it."""
        from pipeline.captions.editing.lines import Kept
        from pipeline.captions.editing.merge import what

        why = {what(one.correction): one.why for one in self.refused}
        every = {what(one): one for one in (*self.new, *(one.correction for one in self.refused))}
        return [
            Kept(one, "conflict" if name in why else "applied", why.get(name, ""))
            for name, one in every.items()
        ]

    @property
    def compared(self) -> str:
        """With what the file was compared."""
        later = "" if not self.since else f", as they were before {self.since} of the corrections that stand"
        told = f"Compared with the captions {self.edition}{later}."
        if self.shared >= HALF:
            return told
        return (
            f"{told} Most of it is otherwise there: if the reviewer had other captions, what nobody changed "
            "is told as changed. --dry-run writes nothing; captions undo takes it back."
        )

    @property
    def decides(self) -> str:
        """What decides where others say otherwise."""
        if not any(one.correction.against for one in self.refused):
            return ""
        return (
            f"Others have said otherwise since. To take the file's side, or theirs: ourwords captions import "
            f'{self.file} --by "{self.by}" --take mine (or theirs); one by one: ourwords captions undo'
        )


def _tell(captions: Captions, answer: _Answer, *, dry: bool, as_json: bool) -> None:
    from pipeline.captions.editing.lines import kept_record, told

    kept = answer.kept
    if as_json:
        of_file = {
            "compared_with": answer.edition,
            "corrections_since": answer.since,
            "withdrawn": [one.id for one in answer.withdrawn],
        }
        document(
            {
                "corrections": [kept_record(one) for one in kept],
                "not_in_the_file": list(answer.missing),
                "written": bool(answer.new or answer.withdrawn) and not dry,
                **(of_file if answer.edition else {}),
            }
        )
    else:
        for one in sorted(kept, key=lambda one: _cue_of(captions, one.correction)):
            number = _cue_of(captions, one.correction)
            show(f"{f'c{number}' if number else '':5} {one.correction.kind:9} {told(one.correction)}")
            if one.why:
                show(f"{'':5} → not done: {one.why}")
        for gone in answer.withdrawn:
            show(f"{'':5} withdrawn: {told(gone)} ({gone.by}, {gone.id[:6]})")
        if answer.missing:
            show(f"Not in the file, and left as they are: {', '.join(answer.missing)}.")
        for line in filter(None, (answer.edition and answer.compared, answer.decides)):
            show(line)
        show(_summary(answer, dry=dry))
    if answer.refused:
        raise typer.Exit(ChecksFailed.exit_code)


def _summary(answer: _Answer, *, dry: bool) -> str:
    if not answer.new and not answer.withdrawn:
        return "Nothing is changed."
    written = ", nothing written" if dry else ", written down in reviews/captions.jsonl"
    return f"{len(answer.new)} corrections, {len(answer.refused)} of them cannot be done{written}."


def _cue_of(captions: Captions, correction: Correction) -> int:
    """The number of the cue that a correction is about, from 1; 0 where it is about none."""
    for number, cue in enumerate(captions.cues, 1):
        if cue.quote == correction.anchor.quote and _holds(cue, correction.anchor):
            return number
    return 0


def _holds(cue: Cue, anchor: Anchor) -> bool:
    """Is the anchor's first word in the cue, or is one said there that ends after the anchor begins?"""
    if any(word.piece == anchor.first for word in cue.words):
        return True
    heard = anchor.heard if anchor.first < 0 else None
    return heard is not None and any(word.heard and word.heard.end >= heard.start for word in cue.words)


def _who(by: str, command: str) -> str:
    from pipeline.language.papers import somebody

    example = f'ourwords {command} --by "NAME"'
    if not by.strip():
        raise ConfigError("who says so?", where="--by", next_step=example)
    return somebody(by, example)


def _number(captions: Captions, name: str) -> int:
    """A cue by its number (12, c12) or by a time at which it is on the screen."""
    plain = name.removeprefix("c")
    if plain.isascii() and plain.isdigit():
        if not 1 <= int(plain) <= len(captions.cues):
            raise ConfigError(f"there is no cue {plain}", next_step=f"the film has 1 to {len(captions.cues)}")
        return int(plain) - 1
    moment = _moment(name)
    found = [number for number, cue in enumerate(captions.cues) if cue.span.start <= moment]
    if not found:
        raise ConfigError(f"no cue is on the screen at {name}", next_step="give the cue's number")
    return found[-1]


def _moment(text: str) -> Time[Programme]:
    from pipeline.core.time import Time

    try:
        return Time.parse(text)
    except ValueError as problem:
        raise ConfigError(str(problem), next_step="write it as 1:23.4 or 83.4") from None


COMMANDS: tuple[tuple[str, Callable[..., Any], str], ...] = (
    ("import", import_file, 'ourwords captions import cut.en-GB.edited.srt --by "Jo"'),
    ("mark", mark, 'ourwords captions mark 12 --sound "door slams" --by "Jo"'),
    ("corrections", corrections, "ourwords captions corrections"),
    ("sign", sign, 'ourwords captions sign --by "Jo"'),
    ("undo", undo, 'ourwords captions undo --by "Jo"'),
)
