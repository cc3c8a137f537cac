"""Breaks: what fits under every house style and on every screen, and what belongs together stays together."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.adapters import fonts
from pipeline.captions.break_costs import BREAKS, SHAPES, gaps, total
from pipeline.captions.segmentation import Limits, Speech, lines, segment
from pipeline.captions.word_kinds import ending
from pipeline.production.configs import load_profile

PROFILES = ("bbc", "netflix", "netflix-sdh", "dcmp", "plain")
SIZES = ((1280, 720), (720, 720), (720, 1280))
fast = settings(max_examples=60, deadline=None, derandomize=True)

EVERYDAY = (
    "I you they the a my nurse doctor ward went said was because and but that which of in on to 20 "
    "mg methadone Dr Okafor Amara not very told asked me "
    "medical unfortunately appointment, reception. Wwwwwwwwwwww MMMMMMMMMM – it's don't"
).split()
spoken = st.lists(
    st.one_of(st.sampled_from(EVERYDAY), st.text("abcmwWMi", min_size=1, max_size=11)),
    min_size=1,
    max_size=40,
)


def house(name: str = "plain", size: tuple[int, int] = (1280, 720)) -> Limits:
    return Limits.of(load_profile(name), size, fonts.width)


def parted(text: str, name: str = "plain") -> list[tuple[str, ...]]:
    return [block.lines for block in segment(Speech(text.split()), house(name))]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PROFILES)
@fast
@given(words=spoken, label=st.integers(0, 2), marks=st.booleans(), timed=st.booleans())
def test_every_line_fits_wherever_its_words_do(
    name: str, size: tuple[int, int], words: list[str], label: int, marks: bool, timed: bool
) -> None:
    """Characters, number of lines and measured width, on wide, square and tall screens."""
    at = house(name, size)
    label = min(label, len(words) - 1)
    times = [(0.4 * n, 0.4 * n + 0.35) for n in range(len(words))] if timed else []
    speech = Speech(
        words, times, 0.4 * len(words) + 1, label, "'" if marks else "", "'" if marks else "", [1.1, 2.5]
    )
    blocks = segment(speech, at)
    assert [word for block in blocks for line in block.lines for word in line.replace("'", "").split()] == [
        word.replace("'", "") for word in words
    ]
    assert [block.low for block in blocks] == [0, *(block.high for block in blocks[:-1])]
    for line in (line for block in blocks for line in block.lines):
        if len(line.split()) > 1 or (len(line) <= at.area.characters and fonts.width(line) <= at.ems):
            assert len(line) <= at.area.characters
            assert fonts.width(line) <= at.ems
    assert max(len(block.lines) for block in blocks) <= at.area.lines


@pytest.mark.slow
@fast
@given(spoken)
def test_the_cheapest_way_is_found(words: list[str]) -> None:
    """Against all ways there are, for short texts: dynamic programming leaves none out."""
    words = words[:7]
    at = replace(house(), area=replace(house().area, characters=14, lines=2), ems=99.0)
    from pipeline.captions import segmentation as module

    page = module._Page(Speech(words), at)

    def cheapest(low: int) -> float:
        if low == len(words):
            return 0.0
        found = []
        for high in range(low + 1, len(words) + 1):
            laid = page.lay(low, high)
            if laid:
                found.append(
                    laid[0] + (page.gaps[high - 1][0] if high < len(words) else 0.0) + cheapest(high)
                )
        return min(found)

    blocks = segment(Speech(words), at)
    price = 0.0
    for block in blocks:
        laid = page.lay(block.low, block.high)
        assert laid
        price += laid[0] + (page.gaps[block.high - 1][0] if block.high < len(words) else 0.0)
    assert price == pytest.approx(cheapest(0))


TOGETHER = [
    ("They put me on 20 mg of methadone that same afternoon on the ward.", "20 mg"),
    ("They put me on about 20 mg of methadone that same afternoon on the ward.", "of methadone"),
    ("I was given sertraline and then 50 mg sertraline every morning for a year.", "50 mg sertraline"),
    ("And then on the Monday I was seen by Dr. Okafor who had read all of it.", "Dr. Okafor"),
    ("In the end I went to ask Sister Pargeter whether I could have a glass of water.", "Sister Pargeter"),
    ("What I remember about that afternoon is that Amara Okafor sat down with me.", "Amara Okafor"),
    ("Everybody on that corridor knew the reason I had come in before the doctor did.", "the reason"),
    ("Everybody on that corridor had read about my history before I opened the door.", "my history"),
    ("She looked at the screen for a long time and she did not look at me at all.", "did not look"),
    ("When I came back the next morning they had already been told about it all.", "had already"),
    ("After all of those weeks of waiting for a letter I was really tired of it.", "really tired"),
    ("After an hour in the corridor on a plastic chair they turned me away again.", "turned me away"),
    ("I had waited on that corridor for nearly three hours before they called me.", "three hours"),
    ("I sat there with the card in my hand and I had to ask for it all over again.", "had to ask"),
    ("Of course they were a little bit afraid of what was in the file about me.", "a little bit"),
]


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize(("text", "whole"), TOGETHER)
def test_what_belongs_together_stays_on_one_line(text: str, whole: str, name: str) -> None:
    assert any(whole in line for cue in parted(text, name) for line in cue), parted(text, name)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I told the nurse about it because nobody would listen.", "because nobody would listen."),
        ("I had asked for the doctor, but nobody came to see me.", "but nobody came to see me."),
        ("It was the woman on the desk who had read my whole file.", "who had read my whole file."),
        ("They wrote that I was difficult in a letter to my own doctor.", "in a letter to my own doctor."),
    ],
)
def test_a_line_breaks_where_a_clause_or_a_phrase_begins(text: str, wanted: str) -> None:
    assert parted(text)[-1][-1] == wanted


WHOLE = [  # what was parted before, each beside a neighbour of its kind that may be
    ("I had been in four times that month before anybody would listen to me.", "been in"),
    ("They told me to go in and wait by the door until my name was called.", "go in"),
    ("He gave me 50 mg of sertraline twice a day for about six weeks.", "twice a day"),
    ("People with a diagnosis like mine die fifteen to twenty years earlier.", "fifteen to twenty years"),
    ("There were more and more of these letters on the mat every morning.", "more and more"),
    ("It took me twice as long as anybody else to get down the stairs.", "as long as"),
    ("When somebody asks you how you are, they don't always want to know.", "asks you"),
    ("I'd been in three times that month [to A and E], because they sent me home.", "[to A and E],"),
    (
        "I was a porter at the University of Harrowgate for more than twenty years.",
        "University of Harrowgate",
    ),
    ("I want you to think about what it would be like to live without a smell.", "about what"),
]


@pytest.mark.parametrize("name", ["bbc", "netflix"])
@pytest.mark.parametrize(("text", "whole"), WHOLE)
def test_what_is_said_in_one_breath_stays_on_one_line(text: str, whole: str, name: str) -> None:
    assert any(whole in line for cue in parted(text, name) for line in cue), parted(text, name)


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        # A list is one thing, and its members are no place to change the cue; clauses with commas are.
        (
            "There were nurses, doctors, porters, cleaners and a man who sold newspapers.",
            ["There were nurses, doctors, porters,|cleaners and a man who sold newspapers."],
        ),
        (
            "So I stopped going, and I stopped answering the phone, and I stopped opening the post.",
            [
                "So I stopped going,",
                "and I stopped answering the phone,",
                "and I stopped opening the post.",
            ],
        ),
        # What opens a sentence: long enough for a cue, and not.
        (
            "When I came back from the scan, the nurse had written that I was difficult.",
            ["When I came back from the scan,", "the nurse had written|that I was difficult."],
        ),
        (
            "In that year, they wrote me eleven letters.",
            ["In that year,|they wrote me eleven letters."],
        ),
        # A clause that tells what is thought stays with the thinking; the subject stays whole.
        (
            "The only thing I wanted was for somebody to look at me and not at the screen.",
            ["The only thing I wanted", "was for somebody to look at me|and not at the screen."],
        ),
        (
            "The trouble with that drawer is that it was full of people.",
            ["The trouble with that drawer|is that it was full of people."],
        ),
        # My sister and I are two people, not two clauses.
        (
            "Twenty years ago my sister and I opened a bakery in the basement of a church.",
            ["Twenty years ago my sister and I opened|a bakery in the basement of a church."],
        ),
    ],
)
def test_a_cue_ends_where_a_thought_ends(text: str, cues: list[str]) -> None:
    assert ["|".join(cue) for cue in parted(text, "netflix")] == cues


def test_a_cue_is_not_filled_to_the_brim() -> None:
    """84 characters fit, and people part them long before: unless nothing in them may be parted."""
    text = "He told me that he was counting the lights in the windows of the houses he passed."
    assert len(text) <= 84
    assert len(parted(text, "netflix")) == 2
    house_rules = house("netflix")
    filled = replace(house_rules, shapes={**SHAPES, "full": 0.0})
    assert len(segment(Speech(text.split()), filled)) == 1


def test_a_cue_break_and_a_line_break_have_prices_of_their_own() -> None:
    """Before "that" a line may break more gladly than a cue; after a clause it is the other way round."""
    between, inside = BREAKS["before that"]
    assert inside < between
    between, inside = BREAKS["comma and clause"]
    assert between < inside
    assert gaps("I think that they knew.".split(), [0.0] * 5, BREAKS)[1] == total(
        [BREAKS["plain"], BREAKS["before that"]]
    )


def test_a_few_words_of_a_sentence_are_no_cue() -> None:
    (cue, *_) = parted("If a tray came back and nobody had touched it, I used to write it all down.")
    assert " ".join(cue).startswith("If a tray came back")


@pytest.mark.parametrize(
    ("language", "text", "begins"),
    [
        ("de", "Niemand hat mich auf der Station gefragt, weil es schon in der Akte stand.", "weil"),
        ("fr", "Personne ne m'a rien demandé ce jour-là parce que tout était dans le dossier.", "parce"),
        ("pl", "Nikt mnie o nic nie zapytał tamtego dnia, ponieważ wszystko było w aktach.", "ponieważ"),
        ("cy", "Doedd neb wedi gofyn dim i mi yno achos roedd popeth yn y ffeil.", "achos"),
        ("ur", "اس دن کسی نے مجھ سے کچھ نہیں پوچھا کیونکہ سب کچھ فائل میں لکھا تھا۔", "کیونکہ"),
    ],
)
def test_other_languages_break_before_their_own_clauses(language: str, text: str, begins: str) -> None:
    at = Limits.of(load_profile("netflix"), (1280, 720), language=language)
    shown = [line for block in segment(Speech(text.split()), at) for line in block.lines]
    assert any(line.startswith(begins) for line in shown), shown


def test_english_words_are_nothing_in_another_language() -> None:
    """In German "in" and "an" open phrases as well, but "die" and "was" are no English verbs."""
    words = "Die Leute sahen was in der Akte stand".split()
    assert gaps(words, [0.0] * 8, BREAKS, "de")[3] == BREAKS["plain"]
    assert gaps(words, [0.0] * 8, BREAKS, "en")[3] != BREAKS["plain"]


@pytest.mark.parametrize(
    ("word", "stop"),
    [("تھا۔", "sentence"), ("है।", "sentence"), ("病房。", "sentence"), ("دن،", "comma"), ("因为，", "comma")],
)
def test_marks_of_other_scripts_are_marks(word: str, stop: str) -> None:
    assert ending(word) == stop


def test_a_price_that_a_profile_overrides_changes_the_breaks() -> None:
    text = "I told the nurse about it because nobody would listen."
    profile = load_profile("plain")
    other = Limits.of(replace(profile, costs={"before clause": 20.0}), (1280, 720))
    assert any("it because" in line for block in segment(Speech(text.split()), other) for line in block.lines)
    assert not any("it because" in line for cue in parted(text) for line in cue)


@pytest.mark.parametrize("name", PROFILES)
def test_no_profile_names_a_price_that_there_is_not(name: str) -> None:
    assert set(load_profile(name).costs) <= BREAKS.keys() | SHAPES.keys()


def test_a_long_pause_is_a_break() -> None:
    words = "They told me that I was clean now and then they left".split()
    steady = [(0.4 * n, 0.4 * n + 0.3) for n in range(len(words))]
    paused = [
        (start + (1.5 if n >= 7 else 0.0), end + (1.5 if n >= 7 else 0.0))
        for n, (start, end) in enumerate(steady)
    ]
    cues = segment(Speech(words, paused, 10.0), house())
    assert [block.low for block in cues] == [0, 7]


def test_a_cue_changes_with_the_picture() -> None:
    words = "They told me about it on the ward and I went home on the bus".split()
    times = [(0.5 * n, 0.5 * n + 0.5) for n in range(len(words))]
    for at in (5, 8):
        assert at in [block.low for block in segment(Speech(words, times, 9.0, cuts=[0.5 * at]), house())]


def test_a_speakers_name_may_have_a_line_of_its_own_and_is_never_alone() -> None:
    words = "Bartholomew Featherstone-Ash: Nobody had asked me about it.".split()
    (cue,) = segment(Speech(words, label=2), house())
    assert cue.lines == ("Bartholomew Featherstone-Ash:", "Nobody had asked me about it.")
    (cue,) = segment(Speech("Amara: Nobody asked.".split(), label=1), house())
    assert cue.lines == ("Amara: Nobody asked.",)


def test_the_lines_of_a_text_that_somebody_wrote() -> None:
    assert lines("door slams", house()) == ("door slams",)
    assert lines("a trolley is pushed along the corridor, far away", house()) == (
        "a trolley is pushed",
        "along the corridor, far away",
    )
    many = lines(
        "they told me about it on the ward and then I went home on the bus and sat there and cried", house()
    )
    assert len(many) == 3
    assert max(map(len, many)) <= 32


@pytest.mark.slow
def test_an_hour_takes_as_long_a_word_as_a_minute() -> None:
    words = (
        "They told me that everything in my whole file would be gone by the summer, honestly, all of "
        "it.".split()
    ) * 100

    def seconds(count: int) -> float:
        began = time.process_time()
        segment(Speech(words[:count]), house("bbc", (720, 1280)))
        return time.process_time() - began

    seconds(100)
    assert seconds(1800) < 12 * max(seconds(300), 0.02)


def test_top_lines_are_the_shorter_where_nothing_else_decides() -> None:
    for one, two in pairwise([("a" * 20, "b" * 25), ("a" * 10, "b" * 30)]):
        for top, bottom in (one, two):
            assert parted(f"{top} {bottom}") == [(top, bottom)]


@pytest.mark.parametrize("name", PROFILES)
def test_a_word_that_ends_its_phrase_is_not_torn_from_it(name: str) -> None:
    """On, in, for: before a noun they open a phrase, before a comma they end one."""
    shown = parted("Put the kettle on. I mean it. Put the kettle on, and ask me how I take my tea.", name)
    assert not any(
        line.startswith("on,") or line.endswith("the kettle") for block in shown for line in block
    ), shown
