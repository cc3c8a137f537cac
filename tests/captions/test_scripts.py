"""Cues of every script: text without blanks by its characters, long words where they may be parted."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.adapters import fonts
from pipeline.captions.model import Captions, Cue, CueWord, plain_cue, tokens
from pipeline.captions.of_film import fit
from pipeline.captions.segmentation import Limits, Speech, lines, segment
from pipeline.core.time import Span, Time
from pipeline.errors import InputError
from pipeline.language.characters import HERE, SOFT, breakable, joined, parted
from pipeline.production.configs import load_profile

HD = (1280, 720)
CHINESE = "我去了医院，护士没有看我。她说：「请等一下，医生今天很忙。」我等了三个小时，没有人来。"
SPAN = Span(Time(Fraction(0)), Time(Fraction(4)))


def limits(language: str, profile: str = "netflix") -> Limits:
    return Limits.of(load_profile(profile).of(language), HD)


def laid_out(text: str, language: str, profile: str = "netflix") -> list[tuple[str, ...]]:
    words = [piece for word in text.split() for piece in breakable(word)]
    return [block.lines for block in segment(Speech(words), limits(language, profile))]


@pytest.mark.parametrize("profile", ["netflix", "bbc", "plain"])
def test_chinese_is_laid_out_by_its_characters(profile: str) -> None:
    cues = laid_out(CHINESE, "zh", profile)
    most = load_profile(profile).of("zh").area(HD).characters
    every = [line for cue in cues for line in cue]
    assert "".join(every) == CHINESE
    assert len(cues) > 1 and all(len(line) <= most and len(cue) <= 2 for cue in cues for line in cue)
    for line in every:
        assert line[0] not in "，。：」！？、" and line[-1] not in "「（", line
    assert any(line[-1] in "，。」" for line in every)


def test_japanese_has_no_small_letter_at_the_head_of_a_line() -> None:
    text = "病院に行ってきましたが、ちょっと待ってくださいとだけ言われて、ずっと待っていました。"
    every = [line for cue in laid_out(text, "ja") for line in cue]
    assert "".join(every) == text
    assert not [line for line in every if line[0] in "っゃゅょー、。"]


def test_korean_and_latin_are_parted_between_words() -> None:
    assert parted("병원에") == ["병원에"] == breakable("병원에")
    assert lines("저는 병원에 갔는데 아무도 저를 보지 않았어요.", limits("ko"))[0].endswith(
        ("는데", "도", "에")
    )


def test_a_caption_of_a_file_keeps_its_lines() -> None:
    for shown in (("我去了医院，", "护士没有看我。"), ("They saw", "me.")):
        cue = plain_cue(SPAN, shown)
        assert cue.lines == shown
        assert cue.broken(shown).lines == shown
    parts = ("我去了医院，", "护士没有看我。")
    assert plain_cue(SPAN, ("".join(parts),)).broken(parts).lines == parts


def test_a_word_is_whole_again_where_it_is_not_parted() -> None:
    word = CueWord(f"Kraftfahrzeug{SOFT}haftpflicht{SOFT}versicherung.", SPAN, 0)
    assert tokens(word) == [f"Kraftfahrzeug{SOFT}", f"haftpflicht{SOFT}", "versicherung."]
    cue = Cue(SPAN, (word,), "", "q1", breaks=(2,))
    assert cue.lines == ("Kraftfahrzeughaftpflicht-", "versicherung.")
    assert cue.text == cue.said == "Kraftfahrzeughaftpflichtversicherung."


def test_a_soft_hyphen_parts_a_word_and_its_own_hyphen_a_long_one() -> None:
    word = f"Donaudampfschifffahrts{SOFT}elektrizitätenhauptbetriebswerk"
    assert laid_out(f"Das war die {word} am See.", "de")[-1][-1].endswith("am See.")
    shown = [line for cue in laid_out(f"Das war die {word} am See.", "de", "bbc") for line in cue]
    assert any(line.endswith("schifffahrts-") for line in shown)
    long = "Kraftfahrzeug-Haftpflicht-Versicherungsgesellschaft"
    assert joined(breakable(long)) == long and len(breakable(long)) == 3
    assert breakable("self-report") == ["self-report"]


def test_a_word_wider_than_the_picture_is_refused_with_what_to_do() -> None:
    profile, width = load_profile("bbc"), fonts.packaged().width

    def judged(text: str) -> None:
        fit(Captions("de", (plain_cue(SPAN, (text,), "", "q7"),)), profile, HD, width)

    judged("Ich war bei der Kraftfahrzeughaftpflichtversicherung.")
    judged(f"Die Rindfleischetikettierungs{SOFT}überwachungsaufgaben{SOFT}übertragungsgesetz Nummer.")
    judged("ฉันไปโรงพยาบาล" + HERE + "แต่ไม่มีใครฟังฉันเลย" + HERE + "พวกเขาบอกให้รอ")
    with pytest.raises(InputError, match="wider than the picture has room for") as refused:
        judged("Die Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz Nummer.")
    assert refused.value.where == "cue 1, q7"
    assert "soft hyphen" in refused.value.next_step
    with pytest.raises(InputError, match="wider than") as refused:
        judged("ฉันไปโรงพยาบาลแต่ไม่มีใครฟังฉันเลยพวกเขาบอกให้รออีกสามชั่วโมง")
    assert "U+200B" in refused.value.next_step
