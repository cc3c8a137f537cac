"""The gate: each reason to refuse from both sides, and no way past it that nobody wrote down."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.consent import names
from pipeline.consent.gate import (
    Lists,
    Refusal,
    approved,
    clips,
    cutaway,
    facts,
    film_shown,
    film_there,
    gate,
    let_out,
    names_placed,
    names_said,
    nobody_named,
    objections,
    opened,
    others_approved,
    own_recording,
    owners,
    passed_on,
    refuse,
)
from pipeline.consent.gate import named as gate_named
from pipeline.errors import Refused
from pipeline.language.redaction import Bleep
from pipeline.production.quotes import DISGUISES, USES, Consent, Quote

TODAY = date(2025, 6, 1)
DAY = timedelta(days=1)
QUOTE = Quote("q1", "amara", "", "They saw me.", "", frozenset({"training"}), "the group", TODAY - DAY, "", 2)
CONSENT = Consent(
    "amara", "A contributor", frozenset({"training", "public"}), frozenset(), TODAY - DAY, None, None, "", 2
)

fast = settings(max_examples=200, deadline=None, derandomize=True)


def refusals(
    quote: Quote = QUOTE,
    consent: Consent | None = CONSENT,
    *,
    who: str = "amara",
    use: str = "training",
    draft: bool = False,
) -> list[str]:
    return [
        found.why
        for found in gate(
            [(quote, who)], {consent.contributor: consent} if consent else {}, use, TODAY, draft=draft
        )
    ]


def test_what_is_approved_consented_and_in_date_passes() -> None:
    assert refusals() == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"text": ""}, "by its times alone"),
        ({"approved_by": ""}, "nobody has approved"),
        ({"approved_on": None}, "nobody has approved"),
        ({"approved_on": TODAY + DAY}, "in the future"),
        ({"use": frozenset({"workshop"})}, "approved for workshop, not for training"),
        ({"use": frozenset()}, "approved for nothing"),
        ({"contributor": "ben"}, "approved by ben, but found in the interview of amara"),
    ],
)
def test_a_quote_is_refused(change: dict[str, object], says: str) -> None:
    (why,) = refusals(replace(QUOTE, **change))
    assert says in why


@pytest.mark.parametrize(
    "change",
    [{"approved_on": TODAY}, {"contributor": ""}, {"use": frozenset(USES)}, {"theme": "", "notes": "x"}],
)
def test_a_quote_passes(change: dict[str, object]) -> None:
    assert refusals(replace(QUOTE, **change)) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"withdrawn_on": TODAY}, "withdrew on"),
        ({"withdrawn_on": TODAY + 30 * DAY}, "withdrew on"),
        ({"given_on": None}, "no date of consent"),
        ({"given_on": TODAY + DAY}, "in the future"),
        ({"expires_on": TODAY - DAY}, "ran out"),
        ({"scope": frozenset({"workshop"})}, "consents to workshop, not to training"),
        ({"scope": frozenset()}, "consents to nothing"),
        ({"anonymise": frozenset({"face"})}, "the face to be disguised"),
        ({"anonymise": frozenset({"voice", "name"})}, "the voice to be disguised"),
    ],
)
def test_a_consent_is_refused(change: dict[str, object], says: str) -> None:
    (why,) = refusals(consent=replace(CONSENT, **change))
    assert says in why


@pytest.mark.parametrize(
    "change",
    [
        {"given_on": TODAY},
        {"expires_on": TODAY},
        {"expires_on": TODAY + DAY},
        {"anonymise": frozenset({"name"})},
        {"scope": frozenset(USES)},
    ],
)
def test_a_consent_passes(change: dict[str, object]) -> None:
    assert refusals(consent=replace(CONSENT, **change)) == []


def test_a_draft_passes_over_disguises_and_over_nothing_else() -> None:
    assert refusals(consent=replace(CONSENT, anonymise=frozenset({"face", "voice"})), draft=True) == []
    assert refusals(consent=replace(CONSENT, withdrawn_on=TODAY), draft=True)
    assert refusals(replace(QUOTE, approved_by=""), draft=True)


@pytest.mark.parametrize("who", ["ben", "", "Amara"])
def test_nobody_is_let_in_who_is_not_in_the_register(who: str) -> None:
    assert any(
        "not in the consent register" in why for why in refusals(replace(QUOTE, contributor=""), who=who)
    )
    assert gate([(QUOTE, who)], {}, "training", TODAY)


def test_a_refusal_names_the_quote_the_person_and_the_way_on() -> None:
    (found,) = gate(
        [(QUOTE, "amara"), (replace(QUOTE, id="q2", use=frozenset()), "amara")],
        {"amara": CONSENT},
        "training",
        TODAY,
    )
    assert str(found).startswith("q2 (amara): ")
    assert found.next_step


def test_every_reason_is_told_at_once() -> None:
    assert (
        len(refusals(replace(QUOTE, approved_by=""), replace(CONSENT, withdrawn_on=TODAY, scope=frozenset())))
        == 3
    )


days = st.none() | st.dates(TODAY - 3 * DAY, TODAY + 3 * DAY)
sets = st.frozensets(st.sampled_from(USES))


@pytest.mark.slow
@fast
@given(
    st.builds(
        replace,
        st.just(QUOTE),
        use=sets,
        approved_by=st.sampled_from(["", "the group"]),
        approved_on=days,
        contributor=st.sampled_from(["", "amara", "ben"]),
    ),
    st.builds(
        replace,
        st.just(CONSENT),
        scope=sets,
        anonymise=st.frozensets(st.sampled_from(DISGUISES[1:])),
        given_on=days,
        expires_on=days,
        withdrawn_on=days,
    ),
)
def test_the_gate_opens_for_exactly_these(quote: Quote, consent: Consent) -> None:
    """The whole of the gate as one sentence, against the gate as it is written."""
    approved = (
        quote.approved_by
        and quote.approved_on
        and quote.approved_on <= TODAY
        and "training" in quote.use
        and quote.contributor in ("", "amara")
    )
    given_now = (
        consent.given_on
        and consent.given_on <= TODAY
        and "training" in consent.scope
        and not consent.anonymise & {"face", "voice"}
    )
    still = not consent.withdrawn_on and (consent.expires_on is None or consent.expires_on >= TODAY)
    assert (not refusals(quote, consent)) == bool(approved and given_now and still)


# What leaves ----------------------------------------------------------------------------------

FACTS = facts("training", [(QUOTE, "amara")], {"amara": CONSENT})


def lists(quote: Quote | None = QUOTE, consent: Consent | None = CONSENT, today: date = TODAY) -> Lists:
    return Lists({quote.id: quote} if quote else {}, {consent.contributor: consent} if consent else {}, today)


def test_what_may_be_seen_today_may_lie_in_build() -> None:
    assert objections(FACTS, lists()) == []
    let_out([FACTS], lists())


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (lists(consent=None), "amara: is not in the consent register"),
        (lists(consent=replace(CONSENT, withdrawn_on=TODAY)), "amara: withdrew on"),
        (lists(consent=replace(CONSENT, expires_on=TODAY - DAY)), "amara: consent ran out"),
        (
            lists(consent=replace(CONSENT, scope=frozenset({"public"}))),
            "amara: consents to public, not to training",
        ),
        (
            lists(consent=replace(CONSENT, anonymise=frozenset({"face"}))),
            "amara: asked for the face to be disguised",
        ),
        (
            lists(consent=replace(CONSENT, anonymise=frozenset({"name"}))),
            "amara: asked since not to be named",
        ),
        (lists(quote=None), "q1: its words are not in the quote list any more"),
        (lists(quote=replace(QUOTE, text="They saw us.")), "q1: its approved words are others now"),
        (
            lists(quote=replace(QUOTE, use=frozenset({"public"}))),
            "q1 (amara): approved for public, not for training",
        ),
        (lists(quote=replace(QUOTE, approved_by="")), "q1 (amara): nobody has approved these words"),
    ],
)
def test_what_may_not_be_seen_any_more_may_not(now: Lists, says: str) -> None:
    (found,) = objections(FACTS, now)
    assert str(found).startswith(says)
    with pytest.raises(Refused, match=re.escape(says)) as problem:
        let_out([FACTS, FACTS], now)
    assert str(problem.value).count(says) == 1, "told once, in however many files they are"
    assert "nothing was published" in str(problem.value)


def test_who_had_no_name_in_it_may_stay_without_one_and_a_draft_without_a_disguise() -> None:
    unnamed = replace(CONSENT, anonymise=frozenset({"name"}))
    assert objections(facts("training", [(QUOTE, "amara")], {"amara": unnamed}), lists(consent=unnamed)) == []
    hidden = lists(consent=replace(CONSENT, anonymise=frozenset({"face"})))
    assert objections(replace(FACTS, draft=True), hidden) == []
    assert objections(FACTS, hidden)


# Refused --------------------------------------------------------------------------------------

REFUSAL = Refusal("q1", "amara", "no", "ask")
INTERVIEWS = owners([("a", "amara"), ("both", "amara"), ("both", "ben")])


@pytest.mark.parametrize(
    ("passes", "refused", "says"),
    [
        (
            lambda: refuse([]),
            lambda: refuse([REFUSAL]),
            "the consent gate: q1 (amara): no\n  → ask\n  → nothing was built",
        ),
        (
            lambda: approved([], "training", "final"),
            lambda: approved([REFUSAL], "training", "final"),
            "approvals for training, final: q1 (amara): no",
        ),
        (
            lambda: clips([], "public"),
            lambda: clips([REFUSAL], "public"),
            "the consent gate, for public: q1 (amara): no",
        ),
        (
            lambda: opened("amara", may_be=True),
            lambda: opened("amara", may_be=False),
            "amara: its contributor has withdrawn: it is not opened",
        ),
        (
            lambda: others_approved({}),
            lambda: others_approved({"easy read": "nobody"}),
            "not the contributors' own: easy read: nobody",
        ),
        (
            lambda: names_placed("row 2", known=True),
            lambda: names_placed("row 2", known=False),
            "row 2: has a name to hide",
        ),
        (
            lambda: names_said("row 2", []),
            lambda: names_said("row 2", ["dev"]),
            "row 2 (dev): is named in the sound there",
        ),
        (
            lambda: film_there("build", there=True),
            lambda: film_there("build", there=False),
            "build: there is no film yet",
        ),
        (
            lambda: film_shown(same=True),
            lambda: film_shown(same=False),
            "build/cut.mp4: is not the film that the build made",
        ),
        (
            lambda: cutaway("x.mp4", "window", INTERVIEWS),
            lambda: cutaway("x.mp4", "a", INTERVIEWS),
            "x.mp4: is an interview: a cutaway is seen",
        ),
        (
            lambda: passed_on("x.mp4", "ours", INTERVIEWS),
            lambda: passed_on("x.mp4", "both", INTERVIEWS),
            "x.mp4: is an interview: nobody approved it",
        ),
        (
            lambda: own_recording("x", "a", ["amara"], INTERVIEWS),
            lambda: own_recording("x", "both", ["amara"], INTERVIEWS),
            "x: is also somebody else's",
        ),
        (
            lambda: own_recording("x", "a", ["amara"], INTERVIEWS),
            lambda: own_recording("x", "a", ["ben"], INTERVIEWS),
            "give ben's own file",
        ),
    ],
)
def test_each_refusal_is_made_here_and_only_where_there_is_cause(
    passes: Callable[[], None], refused: Callable[[], None], says: str
) -> None:
    passes()
    with pytest.raises(Refused, match=re.escape(says)) as problem:
        refused()
    assert problem.value.exit_code == 77
    assert problem.value.next_step


# Names ----------------------------------------------------------------------------------------

HIDDEN = [
    replace(CONSENT, contributor="erin", anonymise=frozenset({"name"}), known_as=("Mrs Okafor", "Hope")),
    replace(CONSENT, contributor="ben", known_as=("Benjamin",)),
]


def test_a_name_that_is_also_a_word_is_one_by_its_capital() -> None:
    assert named_in("a day with Hope") and not named_in("a day with hope")


def named_in(text: str, bleeps: Sequence[Bleep] = ()) -> list[str]:
    found = names.named_in([("the title", text)], names.unsaid(HIDDEN, bleeps))
    return [str(gate_named(where, name)) for where, name in found]


@pytest.mark.parametrize(
    "text",
    ["Erin", "said ERIN.", "Erin's tea", "(erin)", "Dr Erin-Jones", "E r i n", "Mrs. Okafor"],
)
def test_a_name_that_must_not_be_shown_is_found_by_id_or_as_people_know_them(text: str) -> None:
    assert named_in(text) == ["the title (erin): would be named, and asked not to be"]


@pytest.mark.parametrize("text", ["Erinaceous", "herring", "Ben, Benjamin", "", "every inch", "we hope so"])
def test_other_words_are_not_that_name(text: str) -> None:
    assert named_in(text) == []


@pytest.mark.parametrize(
    ("who", "text", "wanted"),
    [
        ("dev-2", "Dev came", True),
        ("dev-patel", "Patel came", True),
        ("jo", "Jo came", True),
        ("p01", "clips/p01-q1.mp4", False),
        ("patient-3", "the Patient came", False),
        ("b", "hepatitis B", False),
    ],
)
def test_of_an_id_only_what_may_be_a_name_is_one(who: str, text: str, wanted: bool) -> None:
    hidden = names.unsaid([replace(HIDDEN[0], contributor=who, known_as=())])
    assert bool(list(names.named_in([("the title", text)], hidden))) is wanted


def test_a_name_of_the_bleep_list_is_found_and_what_may_stay_of_it_is_not() -> None:
    bleep = Bleep("ben", "Doctor Pargeter", "[a doctor]", may_stay=("Doctor",))
    for text in ("Doctor Pargeter", "Pargeter came", "Par-geter"):
        assert named_in(text, [bleep]) == ["the title (ben): has a name that is on the bleep list"]
    assert named_in("the Doctor came", [bleep]) == []


def test_where_a_name_stands_is_told_without_it() -> None:
    texts = [("scene Erin", "Erin"), ("scene 2", "Erin")]
    assert [where for where, _ in names.named_in(texts, names.unsaid(HIDDEN))] == ["scene [name]", "scene 2"]


def test_nothing_leaves_that_names_somebody() -> None:
    nobody_named([("cut.srt", "Ben came")], names.unsaid(HIDDEN))
    with pytest.raises(Refused, match="nothing was published"):
        nobody_named([("cut.srt", "Erin came")], names.unsaid(HIDDEN))
