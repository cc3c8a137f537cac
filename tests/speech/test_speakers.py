"""Whose words are whose: by the transcript's labels and by production.toml, or else nobody's."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.core.footage import Footage
from pipeline.core.media import Feed, Media, Track
from pipeline.core.time import Span
from pipeline.core.word import Word
from pipeline.errors import ConfigError
from pipeline.production.quotes import Consent
from pipeline.production.specs import SourceSpec
from pipeline.speech.speakers import findings, speakers
from pipeline.speech.transcript import Transcript, Words
from pipeline.speech.turns import _filled, _loudest, feed_named

TRACKS = tuple(
    Track(number, number, "aac", channels, 48_000, Fraction(0), Fraction(9), number == 1, "")
    for number, channels in ((1, 2), (2, 1))
)
MEDIA = Media("ab" * 32, 12, "mov", Fraction(9), Fraction(0), None, TRACKS, "", "")
FOOTAGE = Footage(Path("a.mp4"), MEDIA, Feed((TRACKS[0],)))
CONSENTS = {
    who: Consent(who, name, frozenset({"training"}), frozenset(), None, None, None, "", 2)
    for who, name in (("amara", "Amara O."), ("ben", "Ben"))
}


def source(**said: str) -> SourceSpec:
    return SourceSpec(id="s1", file="a.mp4", contributor="amara", speakers=said)


def heard(*labels: str) -> Transcript:
    words = [Word("word", Span.measured(at, at + 0.5), 0.9, "", label) for at, label in enumerate(labels)]
    return Transcript("s1", "en", "e", "", Words.of(words))


def whose(spec: SourceSpec, *labels: str) -> dict[str, str]:
    return dict(speakers(spec, FOOTAGE, CONSENTS, heard(*labels)).whose)


def test_without_labels_all_words_are_the_contributors() -> None:
    assert whose(source(), "", "") == {"": "amara"}


@pytest.mark.parametrize("label", ["amara", "AMARA", "Amara O.", "amara  o."])
def test_a_label_with_the_contributors_id_or_name_is_theirs_and_others_are_nobodys(label: str) -> None:
    assert whose(source(), label, "Interviewer", "")[label] == "amara"
    assert whose(source(), label, "Interviewer", "")["Interviewer"] == ""


def test_one_label_alone_is_the_contributors_whatever_it_is() -> None:
    assert whose(source(), "SPEAKER_00", "SPEAKER_00") == {"SPEAKER_00": "amara", "": ""}


def test_two_labels_of_which_nobody_says_anything_are_nobodys_and_told_with_the_lines_to_write() -> None:
    transcript = heard("SPEAKER_00", "Kim Lee", "SPEAKER_00", "")
    found = speakers(source(), FOOTAGE, CONSENTS, transcript)
    assert dict(found.whose) == {"SPEAKER_00": "", "Kim Lee": "", "": ""}
    asked, unknown = findings(source(), found, transcript)
    assert "[source.speakers]" in asked.what
    assert 'SPEAKER_00 = "nobody"; "Kim Lee" = "nobody"' in asked.what
    assert "SPEAKER_00: 2 words" in asked.measured
    assert unknown.measured == "1 words"


def test_a_label_that_begins_with_a_contributors_name_is_told_as_theirs() -> None:
    transcript = heard("Ben Lee", "Kim Lee")
    found = speakers(source(), FOOTAGE, CONSENTS, transcript)
    assert set(found.whose.values()) == {""}, "only a person says so"
    assert found.asked == {"Ben Lee": "ben", "Kim Lee": "nobody"}


def test_what_production_toml_says_holds_and_nothing_is_asked() -> None:
    spec = source(speaker_00="amara", SPEAKER_01="ben", SPEAKER_02="nobody")
    transcript = heard("SPEAKER_00", "SPEAKER_01", "SPEAKER_02")
    found = speakers(spec, FOOTAGE, CONSENTS, transcript)
    assert dict(found.whose) == {"": "", "SPEAKER_00": "amara", "SPEAKER_01": "ben", "SPEAKER_02": ""}
    assert findings(spec, found, transcript) == []
    assert found.others("amara") == {"", "SPEAKER_01", "SPEAKER_02"}
    assert found.others("ben") == {"", "SPEAKER_00", "SPEAKER_02"}


def test_somebody_else_s_name_makes_nobody_a_person_of_the_source() -> None:
    """Ben is in the source once production.toml says so: it decides whose consent is asked for."""
    assert whose(source(), "Amara O.", "Ben")["Ben"] == ""
    assert whose(source(Ben="ben"), "Amara O.", "Ben")["Ben"] == "ben"


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (("Interviewer", "Amara"), 'did you mean "Interviewer"'),
        (("X1", "Amara"), "there are: X1, Amara"),
        (("",), "of no word"),
    ],
)
def test_a_label_that_the_transcript_has_not_is_an_error_with_the_nearest(
    labels: tuple[str, ...], says: str
) -> None:
    with pytest.raises(ConfigError, match=r"production\.toml, source\.s1\.speakers") as refused:
        whose(source(Intervewer="nobody"), *labels)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("name", "track", "channel"),
    [
        ("track 2", 2, None),
        ("Track 1 channel 2", 1, 2),
        ("left", 1, 1),
        ("channel 2", 1, 2),
        ("track 1 right", 1, 2),
    ],
)
def test_microphones_are_named_by_track_and_side(name: str, track: int, channel: int | None) -> None:
    found = feed_named(name, MEDIA, FOOTAGE.feed)
    assert found
    assert (found.tracks[0].number, found.channel) == (track, channel)


def test_a_label_is_no_microphone_and_a_microphone_that_is_not_there_is_refused() -> None:
    assert feed_named("Amara", MEDIA, FOOTAGE.feed) is None
    assert feed_named("", MEDIA, FOOTAGE.feed) is None
    for name in ("track 3", "track 2 right", "channel 3"):
        with pytest.raises(ConfigError, match=r"track 1 with 2 channel\(s\), track 2 with 1"):
            feed_named(name, MEDIA, FOOTAGE.feed)


def test_a_voice_is_theirs_whose_microphone_hears_it_clearly_best() -> None:
    assert _loudest([4.1, 1.0]) == 0
    assert _loudest([1.0, 4.1, 0.1]) == 1
    assert _loudest([3.9, 1.0]) == -1


def test_an_unclear_word_goes_with_neighbours_of_one_person_only() -> None:
    assert _filled(["a", "", "", "a", "", "b", ""]) == ["a", "a", "a", "a", "", "b", ""]
    assert _filled(["", "a"]) == ["", "a"]
    assert _filled([""]) == [""]
