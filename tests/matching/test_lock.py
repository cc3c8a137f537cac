"""What people pinned comes back from the lock; a person's slip in it is refused with the file's name."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.core.time import Source, Span, Time
from pipeline.errors import InputError
from pipeline.matching.lock import lock_record, match_record, read_pins
from pipeline.matching.model import Candidate, Match, Said, State, Stretch
from pipeline.production.quotes import Pin

fast = settings(max_examples=60, deadline=None, derandomize=True)

texts = st.text(st.characters(codec="utf-8"), max_size=12)
fractions = st.builds(Fraction, st.integers(0, 10**8), st.sampled_from([1000, 2001, 30_000, 48_000]))


@st.composite
def spans(draw: st.DrawFn, moments: st.SearchStrategy[Fraction] = fractions) -> Span[Source]:
    start = draw(moments)
    return Span(Time(start), Time(start + draw(moments.filter(lambda length: length > 0))))


@fast
@given(
    st.dictionaries(
        st.sampled_from(["q1", "q2", "q3"]), st.tuples(texts, texts, st.lists(spans(), max_size=3))
    )
)
@example({"q1": ("", "amara", [Span(Time(Fraction(1)), Time(Fraction(2001, 2000)))])})
def test_pins_come_back_to_the_millisecond(
    given_pins: dict[str, tuple[str, str, list[Span[Source]]]],
) -> None:
    """Whatever was pinned can be read again: a lock that its own program calls broken stops every build."""
    pins = {
        name: Pin(name, digest, source, tuple(found)) for name, (digest, source, found) in given_pins.items()
    }
    back = read_pins("quotes.lock.json", lock_record([], pins))
    assert {name: (pin.digest, pin.source, len(pin.spans)) for name, pin in back.items()} == {
        name: (pin.digest, pin.source, len(pin.spans)) for name, pin in pins.items()
    }
    for name, pin in pins.items():
        for was, now in zip(pin.spans, back[name].spans, strict=True):
            assert abs(was.start - now.start) <= Fraction(1, 1000)
            assert abs(was.end - now.end) <= Fraction(2, 1000)


BACKWARDS = b'{"pins": {"q1": {"text_sha256": "", "source": "a", "spans": [["2", "1"]]}}}'


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"pins": []}', b'{"pins": {"q1": {}}}', BACKWARDS])
def test_a_broken_lock_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(InputError, match=r"quotes\.lock\.json"):
        read_pins("quotes.lock.json", data)


def test_match_json_has_what_the_design_promises() -> None:
    span = Span(Time[Source](Fraction(1)), Time[Source](Fraction(5, 2)))
    stretch = Stretch((Said(0, "They", "they", span),), Time(Fraction(0)), Time(Fraction(3)))
    one, two = Candidate("amara", 0.9, 1.0, (stretch,)), Candidate("ben", 0.8, 1.0, (stretch,))
    record = match_record(Match("q1", State.AMBIGUOUS, (one, two)))
    assert record["state"] == "ambiguous"
    assert record["spans"] == [{"start": 1.0, "end": 2.5, "heard": "they"}]
    assert (record["source"], record["score"], record["runner_up"], record["pinned"]) == (
        "amara",
        0.9,
        0.8,
        False,
    )
    assert [other["source"] for other in record["alternatives"]] == ["ben"]
    assert match_record(Match("q2", State.NOT_FOUND, ()))["source"] is None
