"""Who is in a picture that is no cleared shot: what people said of it, held against the file as it is.

An answer is bound to what is in the file: a file that changed is one of which nobody has said anything. Where
several people answered, everybody whom one of them saw is in it; the last word of each counts, and a no of
anybody stands until that person says yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from pipeline.consent.model import Answer, Picture


def standings(files: Mapping[str, str], said: Sequence[Answer], use: str, today: date) -> tuple[Picture, ...]:
    """Every picture of these files, by name and SHA-256, in the order of their names."""
    return tuple(standing(file, files[file], said, use, today) for file in sorted(files))


def standing(file: str, sha256: str, said: Iterable[Answer], use: str, today: date) -> Picture:
    """Where one picture stands for a use: `said` is the ledger, oldest first."""
    answers = list(said)
    blank = Picture(file, sha256, "waiting", why="nobody has said who is in it")
    last = {one.by: one for one in answers if one.sha256 == sha256}
    if no := next((one for one in last.values() if not one.yes), None):
        why = no.note or "said no, or took their yes back"
        return replace(blank, state="refused", by=no.by, on=no.on, why=why)
    if not last:
        return _of_another_file(blank, answers)
    weighed = [_weighed(blank, one, use, today) for one in reversed(last.values())]
    good = [one for one in weighed if one.state == "approved"]
    if not good:
        return weighed[0]
    return replace(good[0], people=frozenset().union(*(one.people for one in good)))


def _of_another_file(blank: Picture, said: Sequence[Answer]) -> Picture:
    """Was something said of a file of this name before it changed?"""
    before = [one for one in said if one.file == blank.file and one.yes]
    if not before:
        return blank
    last = before[-1]
    why = f"the file changed since {last.by} said who is in it"
    return replace(blank, state="lapsed", by=last.by, on=last.on, why=why)


def _weighed(blank: Picture, one: Answer, use: str, today: date) -> Picture:
    found = replace(blank, by=one.by, on=one.on, until=one.until, people=one.people)
    if use not in one.use:
        return replace(found, why=f"approved for {', '.join(sorted(one.use)) or 'nothing'}, not for {use}")
    if one.on > today:
        return replace(found, why=f"dated {one.on}, which is in the future")
    if one.until and one.until < today:
        return replace(found, state="expired", why=f"ran out on {one.until}")
    return replace(found, state="approved", why="")
