"""Do the approvals hold? Each is held against what is there now; what changed is told in plain words.

A yes lapses where the words changed at all, a cut or a cue moved by more than the tolerance, or
anything else that was shown is different. A no of anybody stands until that person says yes.
(GMC, recordings 37-39: the right to see it in the form shown, and to vary or withdraw at that stage.)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from pipeline.consent.gate import Refusal
from pipeline.consent.model import KINDS, Approval, Seen, Standing, digest_of
from pipeline.production.quotes import Quote

ASKED = {"wording": "its wording", "cut": "its cut, in its place,", "captions": "its captioning"}


@dataclass(frozen=True)
class Terms:
    """What an approval must be good for: the use, the day, the seconds that may move, the days called
    soon.
    """

    use: str
    today: date
    tolerance: float
    soon: int


def standings(
    quotes: Iterable[tuple[Quote, str]],
    now: Mapping[str, Mapping[str, Seen]],
    said: Sequence[Approval],
    terms: Terms,
) -> list[Standing]:
    """Every quote by every kind that there is something to see of, in the order of the quotes.

    `quotes` come with whose words they are; `now` is what is there today, by quote and kind.
    """
    return [
        _standing(
            quote,
            contributor,
            kind,
            now[quote.id][kind],
            [a for a in said if a.quote == quote.id and a.kind == kind],
            terms,
        )
        for quote, contributor in quotes
        for kind in KINDS
        if kind in now.get(quote.id, {})
    ]


def _standing(
    quote: Quote, contributor: str, kind: str, now: Seen, said: Sequence[Approval], terms: Terms
) -> Standing:
    blank, latest = Standing(quote.id, contributor, kind, "waiting"), _last_words(said)
    if no := _no(blank, said):
        return no
    found = [_weighed(blank, approval, now, terms) for approval in reversed(latest.values())]
    best = min(
        found,
        key=lambda standing: _RANK[standing.state],
        default=replace(blank, why="nobody has said yes to it yet"),
    )
    return _listed(best, quote, terms) if kind == "wording" else best


def _last_words(said: Iterable[Approval]) -> dict[str, Approval]:
    """What each person said last: the ledger is in order."""
    return {approval.by: approval for approval in said}


def _no(blank: Standing, said: Iterable[Approval]) -> Standing | None:
    no = next((one for one in _last_words(said).values() if not one.yes), None)
    why = no and (no.note or "said no, or took their yes back")
    return replace(blank, state="refused", by=no.by, on=no.on, why=why) if no and why else None


def refused(whose: Mapping[str, str], said: Sequence[Approval]) -> list[Standing]:
    """All that somebody said no to of these quotes, by whose words they are. It holds whatever the film
    shows, so no film need be known.
    """
    found = [
        _no(Standing(name, who, kind, "waiting"), [a for a in said if (a.quote, a.kind) == (name, kind)])
        for name, who in whose.items()
        for kind in KINDS
    ]
    return [one for one in found if one]


_RANK = {"approved": 0, "lapsed": 1, "expired": 2, "waiting": 3, "refused": 4}


def _weighed(blank: Standing, approval: Approval, now: Seen, terms: Terms) -> Standing:
    one = replace(blank, by=approval.by, on=approval.on, until=approval.until)
    if not approval.intact:
        return replace(one, why="the ledger's line was changed: what was seen does not fit its hash")
    if terms.use not in approval.use:
        return replace(
            one, why=f"approved for {', '.join(sorted(approval.use)) or 'nothing'}, not for {terms.use}"
        )
    if approval.on > terms.today:
        return replace(one, why=f"dated {approval.on}, which is in the future")
    if approval.until and approval.until < terms.today:
        return replace(one, state="expired", why=f"ran out on {approval.until}")
    if changes := tuple(differences(approval.kind, approval.seen, now, terms.tolerance)):
        return replace(one, state="lapsed", why="it changed since", changes=changes)
    soon = approval.until is not None and approval.until - terms.today <= timedelta(days=terms.soon)
    return replace(one, state="approved", soon=soon)


def _listed(found: Standing, quote: Quote, terms: Terms) -> Standing:
    """Wording may be approved in the quote list alone, or anew there after it changed; nothing then holds its
    words.
    """
    if not (
        quote.approved_by
        and quote.approved_on
        and quote.approved_on <= terms.today
        and terms.use in quote.use
    ):
        return found
    unsaid = found.state == "waiting" and not found.by
    older = found.state in ("lapsed", "expired") and found.on is not None and found.on < quote.approved_on
    if not (unsaid or older):
        return found
    return Standing(
        quote.id,
        found.contributor,
        "wording",
        "approved",
        quote.approved_by,
        quote.approved_on,
        held=False,
        why="in the quote list only",
    )


def refusals(standing: Iterable[Standing], needed: Iterable[str], *, held: bool) -> list[Refusal]:
    """What stops a build that needs these approvals. `held`: each must be bound to what was seen."""
    wanted = set(needed)
    found = []
    for one in standing:
        if one.kind not in wanted or (one.state == "approved" and (one.held or not held)):
            continue
        what = ASKED[one.kind]
        if one.state == "approved":
            found.append(
                Refusal(
                    one.quote,
                    one.contributor,
                    f"{what} is approved in the quote list only: nothing says which words",
                    "ourwords approve wording --listed",
                )
            )
            continue
        told = "; ".join([one.why, *one.changes])
        state = {
            "waiting": "waits for approval",
            "lapsed": "needs approval again",
            "expired": "needs approval again",
            "refused": f"was refused by {one.by}",
        }
        step = (
            "change it, and ask again"
            if one.state == "refused"
            else f'show it, then: ourwords approve {one.kind} {one.quote} --by "NAME"'
        )
        found.append(Refusal(one.quote, one.contributor, f"{what} {state[one.state]} ({told})", step))
    return found


# What changed ---------------------------------------------------------------------------------


def differences(kind: str, seen: Seen, now: Seen, tolerance: float) -> Iterator[str]:
    """What is not as it was seen, a sentence each; nothing where the approval still holds."""
    if digest_of(seen) == digest_of(now):
        return
    yield from {"wording": _wording, "cut": _cut, "captions": _captions}[kind](seen, now, tolerance)


def _wording(seen: Seen, now: Seen, _: float) -> Iterator[str]:
    if seen.get("words") != now["words"]:
        yield _words(str(seen.get("words", "")), now["words"])


def _words(before: str, after: str) -> str:
    old, new = before.split(), after.split()
    changes = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, is_now = " ".join(old[a:b]), " ".join(new[c:d])
        if what == "replace":
            changes.append(f"“{was}” is now “{is_now}”")
        elif what == "delete":
            changes.append(f"“{was}” is no longer in it")
        elif what == "insert":
            changes.append(f"“{is_now}” is new in it")
    return f"the words changed: {'; '.join(changes) or 'their spacing'}"


def _cut(seen: Seen, now: Seen, tolerance: float) -> Iterator[str]:
    yield from _wording(seen, now, tolerance)
    yield from _parts(seen.get("parts", []), now["parts"], tolerance)
    for key, name in (("before", "right before"), ("after", "right after")):
        yield from _neighbours(seen.get(key, {}), now[key], name)
    for key, name in _SHOWN.items():
        if key not in seen or seen[key] != now[key]:
            yield f"{name} was {_said(seen.get(key))}, and is now {_said(now[key])}"
    was, is_now = float(seen.get("hidden for", 0)), float(now["hidden for"])
    if abs(was - is_now) > tolerance:
        yield f"{was:.1f} seconds of it were hidden in the sound, now {is_now:.1f}"


_SHOWN = {
    "scene": "its scene", "prompts": "the question asked after it", "disguise": "how they are disguised",
    "hidden": "what is hidden in it", "pictures": "the pictures laid over it",
}  # fmt: skip


def _parts(
    seen: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]], tolerance: float
) -> Iterator[str]:
    if len(seen) != len(now):
        yield f"it was in {len(seen)} piece(s), and is now in {len(now)}"
        return
    for number, (one, two) in enumerate(zip(seen, now, strict=True), 1):
        which = f"piece {number}" if len(now) > 1 else "it"
        if one["source"] != two["source"]:
            yield f"{which} was from the recording {one['source']}, and is now from {two['source']}"
            continue
        if one.get("angle", "") != two.get("angle", ""):
            yield f"{which} was seen {_camera(one)}, and is now seen {_camera(two)}"
        for end, name, more in (("from", "starts", -1), ("to", "ends", 1)):
            moved = float(two[end]) - float(one[end])
            if abs(moved) > tolerance:
                length = "more" if moved * more > 0 else "less"
                yield (
                    f"{which} {name} {abs(moved):.1f} seconds {'later' if moved > 0 else 'earlier'}, "
                    f"so {length} "
                    f"is heard"
                )


def _camera(part: Mapping[str, Any]) -> str:
    return f"from camera {part['angle']}" if part.get("angle") else "from the recording's own camera"


def _neighbours(seen: Mapping[str, str], now: Mapping[str, str], where: str) -> Iterator[str]:
    if seen.get("quote") != now.get("quote"):
        yield f"{where} it was {seen.get('quote') or 'no quote'}, and is now {now.get('quote') or 'no quote'}"
    elif seen.get("words") != now.get("words"):
        yield f"the words of {now['quote']}, {where} it, changed"


def _captions(seen: Seen, now: Seen, tolerance: float) -> Iterator[str]:
    if seen.get("profile") != now["profile"]:
        yield f"the captions' style was {seen.get('profile')}, and is now {now['profile']}"
    old, new = seen.get("cues", []), now["cues"]
    if [cue["lines"] for cue in old] != [cue["lines"] for cue in new]:
        yield _words(
            " / ".join(line for cue in old for line in cue["lines"]),
            " / ".join(line for cue in new for line in cue["lines"]),
        )
        return
    for one, two in zip(old, new, strict=True):
        moved = max(abs(float(one[end]) - float(two[end])) for end in ("from", "to"))
        if moved > tolerance:
            yield f"the caption “{' '.join(two['lines'])}” moved by {moved:.1f} seconds"
        if one["position"] != two["position"]:
            yield (
                f"the caption “{' '.join(two['lines'])}” was at the {one['position']}, and is now at the "
                f"{two['position']}"
            )
        if one.keys() >= _TOLD:
            yield from _told(one, two)
    if any(not cue.keys() >= _TOLD for cue in old):
        yield (
            "it was approved before approvals said whose words each caption is, and whether its speaker "
            "is seen"
        )


_TOLD = {"speaker", "kind", "off"}
"""What approvals of captions have said of each cue only since they were bound to it."""


def _told(one: Mapping[str, Any], two: Mapping[str, Any]) -> Iterator[str]:
    which = f"the caption “{' '.join(two['lines'])}”"
    if one["speaker"] != two["speaker"]:
        yield (
            f"{which} was said to be {one['speaker'] or 'nobody'}'s, and is now said to be "
            f"{two['speaker'] or 'nobody'}'s"
        )
    if one["kind"] != two["kind"]:
        yield f"{which} was marked as {one['kind']}, and is now marked as {two['kind']}"
    if one["off"] != two["off"]:
        seen, unseen = "whoever speaks is seen", "whoever speaks is not seen"
        yield (
            f"{which} said that {unseen if one['off'] else seen}, and now says that "
            f"{unseen if two['off'] else seen}"
        )


def _said(value: object) -> str:
    if isinstance(value, str):
        return f"“{value}”" if value else "nothing"
    return ", ".join(f"“{one}”" for one in value) if isinstance(value, list) and value else "nothing"
