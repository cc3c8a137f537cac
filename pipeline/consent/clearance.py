"""May this film be made, and may this leave it? Everything that the gate is asked on the way, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.consent import approvals, exposure, gate, names, quoted, snapshot
from pipeline.consent import pictures as answered
from pipeline.consent.model import KINDS, Answer, Approval, Picture, Seen, Standing
from pipeline.core.footage import Material
from pipeline.edit.plan import Cleared, names_to_hear
from pipeline.engine.workspace import Workspace
from pipeline.language.redaction import said_by
from pipeline.matching.model import Cut, Match
from pipeline.matching.tasks import EDIT_POINTS, must_hear, placed
from pipeline.production.load import Production
from pipeline.speech.transcript import Transcript


@dataclass(frozen=True)
class Clearance:
    """One film's way through the gate: `stage` is "draft" or "final", `draft` is for a watermarked draft.

    `besides` are texts that people added to the captions: (where, text).
    """

    production: Production
    approvals: Sequence[Approval]
    answers: Sequence[Answer]
    today: date
    stage: str = "draft"
    draft: bool = False
    besides: Sequence[tuple[str, str]] = ()

    def speakers(self, whose: Mapping[str, str], sources: Iterable[str], pictures: Sequence[Picture]) -> None:
        """These quotes, said by these people in these sources, may be in the film with these pictures, and
        every text may be read.
        """
        gate.refuse(self.refusals(whose, sources, pictures))

    def refusals(
        self, whose: Mapping[str, str], sources: Iterable[str] = (), pictures: Sequence[Picture] = ()
    ) -> list[gate.Refusal]:
        """Why these quotes or pictures may not be in the film, or a text of it not be read."""
        production, use = self.production, self.production.film.use
        asked = [(production.quote[name], who) for name, who in whose.items()]
        people = {name: {*production.source[name].everybody} - {*whose.values()} for name in sorted(sources)}
        return [
            *gate.gate(asked, production.consent, use, self.today, draft=self.draft),
            *self.on_screen(),
            *self.named([*names.texts(production, asked), *self.besides]),
            *self.company(people, pictures, use),
        ]

    def on_screen(self, texts: Sequence[names.Text] | None = None) -> list[gate.Refusal]:
        """Why words of a quote may not stand on a card, in a title or in a prompt, or in these `texts`: as if
        they were heard.
        """
        production = self.production
        return [
            replace(refusal, quote=f"{name}, whose words stand in {where}", next_step=gate.REWRITE)
            for name, where in quoted.on_screen(production, texts).items()
            for refusal in gate.gate(
                [(production.quote[name], quoted.contributor(production, production.quote[name]))],
                production.consent,
                production.film.use,
                self.today,
                draft=self.draft,
            )
        ]

    def named(self, texts: Iterable[tuple[str, str]]) -> list[gate.Refusal]:
        """Who would be named in these texts and may not be."""
        return [gate.named(where, name) for where, name in names.named_in(texts, names.of(self.production))]

    def company(
        self, people: Mapping[str, Iterable[str]], pictures: Sequence[Picture], use: str
    ) -> list[gate.Refusal]:
        """Why somebody who is beside whoever is quoted, in a recording or in a picture, may not be seen, and
        which pictures wait for an answer. A draft shows those, under its watermark.
        """
        shown = [(f"the recording {name}", here) for name, here in people.items()]
        shown += [(one.file, one.people) for one in pictures]
        found = gate.company(shown, self.production.consent, use, self.today, draft=self.draft)
        return [*gate.unanswered(pictures, draft=self.draft), *found]

    def pictures(self, files: Mapping[str, str], use: str = "") -> tuple[Picture, ...]:
        """Who is in each of these pictures, as people said, for a use: by name, their SHA-256."""
        return answered.standings(files, self.answers, use or self.production.film.use, self.today)

    def wordings(self, whose: Mapping[str, str]) -> list[Standing]:
        """Where the approval of each quote's words stands: known before anything is made."""
        quotes = self.production.quote
        shown = {
            name: {"wording": snapshot.wording(quotes[name])}
            for name in self.production.in_scenes
            if name in whose
        }
        return self.standings(shown, whose, self.production.film.use)

    def standings(
        self, shown: Mapping[str, Mapping[str, Seen]], whose: Mapping[str, str], use: str
    ) -> list[Standing]:
        """Where the approvals stand today of what is shown of each quote, for a use."""
        asked = [(self.production.quote[name], whose[name]) for name in shown]
        settings = self.production.approvals
        terms = approvals.Terms(use, self.today, settings.tolerance, settings.soon)
        return approvals.standings(asked, shown, self.approvals, terms)

    def in_full(self, known: Iterable[Standing], whose: Mapping[str, str]) -> list[Standing]:
        """What is `known` of the scenes' quotes, for people to read: with every no, also to what is not made
        yet, and nothing called approved that the register or the list keeps out. `whose` is by the list.
        """
        found = {(one.quote, one.kind): one for one in approvals.refused(whose, self.approvals)}
        found |= {(one.quote, one.kind): one for one in known}
        order = [(name, kind) for name in whose for kind in KINDS if (name, kind) in found]
        return [self._held(found[key]) for key in order]

    def _held(self, one: Standing) -> Standing:
        production, quote = self.production, self.production.quote.get(one.quote)
        use, approved = production.film.use, one.state == "approved"
        whys = (
            gate.barred(quote, one.contributor, production.consent, use, self.today, approved=approved)
            if quote
            else []
        )
        if not whys:
            return one
        if one.state == "refused":
            return replace(one, why="; ".join([one.why, *whys]))
        return Standing(one.quote, one.contributor, one.kind, "refused", why="; ".join(whys))

    def agreed(self, standings: Sequence[Standing], needed: Iterable[str]) -> None:
        """What people said of what they were shown still holds. A final film needs it all in the ledger."""
        refusals = self.disagreed(standings, needed)
        gate.approved(refusals, self.production.film.use, self.stage)

    def disagreed(self, standings: Sequence[Standing], needed: Iterable[str]) -> list[gate.Refusal]:
        """The same as refusals."""
        return approvals.refusals(standings, needed, held=self.stage == "final")

    @property
    def needed(self) -> list[str]:
        """The kinds of approval that this build needs; wording always, whatever the settings say."""
        settings = self.production.approvals
        return ["wording", *(settings.final if self.stage == "final" else settings.draft)]

    def written(self, texts: Sequence[tuple[str, str]]) -> None:
        """Captions, or what others made for the film, name nobody who may not be; nor do two together."""
        together = [("the captions", "\n".join(text for _, text in texts))]
        gate.refuse(self.named(texts) or self.named(together))


def cleared(
    workspace: Workspace,
    production: Production,
    matches: Mapping[str, Match],
    whose: Mapping[str, str],
    interviews: Material,
    transcripts: Mapping[str, Transcript],
) -> dict[str, Cleared]:
    """The quotes of the scenes with their cut points and the names to hide in them."""
    calls = []
    for name in production.in_scenes:
        best = matches[name].best
        assert best
        language = transcripts[best.source].language
        of = interviews.source(best.source)
        calls.append(
            placed(workspace, production, production.quote[name], matches[name], of, language, whose[name])
        )
    cuts = zip(production.in_scenes, workspace.each(EDIT_POINTS, calls), strict=True)
    found = {}
    for name, points in cuts:
        best = matches[name].best
        assert best
        found[name] = _cleared(
            production, name, whose[name], best.source, points, interviews, transcripts[best.source]
        )
    return found


def _cleared(
    production: Production,
    name: str,
    who: str,
    source: str,
    cuts: tuple[Cut, ...],
    interviews: Material,
    transcript: Transcript,
) -> Cleared:
    quote = production.quote[name]
    if recorder := interviews.recorders.get(source):
        must_hear(recorder, [one.sound for one in cuts], quote)
    hidden = exposure.names_hidden(production, quote, cuts, who, transcript)
    mine = said_by(who, production.bleeps)
    told = names_to_hear(name, mine, cuts, hidden)
    return Cleared(quote, who, production.consent[who].display_name, source, cuts, hidden, told)
