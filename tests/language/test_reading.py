"""One reading of text: how it is written and how it is said come to the same, and what differs does not."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.language.lexicon import LANGUAGES, reading
from pipeline.language.normalise import (
    are_opposed,
    equals,
    hesitations,
    is_strict,
    negations,
    plain,
    readings,
    tokens,
    ways_said,
    weight,
)

fast = settings(max_examples=100, deadline=None, derandomize=True)


def forms(text: str, language: str = "en") -> list[str]:
    return [token.form for token in tokens(text.split(), language)]


def same(one: str, two: str, language: str = "en") -> bool:
    mine, theirs = forms(one, language), forms(two, language)
    return len(mine) == len(theirs) and all(
        a == b or b in equals(a, language) for a, b in zip(mine, theirs, strict=True)
    )


SAID = """
They cut £1.5 million. | They cut one point five million pounds. | They cut 1.5 million pounds.
She is 5'2" and 7st. | She is five foot two and seven stone.
Dr Smith took half an hour. | Doctor Smith took 1/2 an hour.
They gave me ½ an hour and £20 + a cup of tea. | They gave me half an hour and 20 pounds plus a cup of tea.
It was 3 May 2014. | It was the third of May, twenty fourteen.
I waited in A&E | I waited in A and E | I waited in A & E | I waited in A. and E.
NHS | N H S | n.h.s. | N.H.S. | N-H-S
GP | G P | G.P.
I have A.D.H.D. | I have ADHD | I have A D H D
my sister & brother | my sister and brother
½ an hour | half an hour | ½ hour | a half hour | 1/2 an hour
£20 + a cup | twenty pounds plus a cup | 20 pounds + a cup
I rang 999 | I rang nine nine nine | I rang triple nine
I rang 111 | I rang one one one
50/50 | fifty fifty | 50-50 | fifty-fifty
24/7 | twenty four seven | twenty-four seven
8/10 | eight out of ten | 8 out of 10
120/80 | 120 over 80
1:1 | one to one | 1-to-1
in the 1990s | in the nineteen nineties | in the 1990's
the '90s | the nineties | the 90s | the ’90s
£1.5 million | £1.5m | one point five million pounds | 1.5 million pounds
£2.80 | two pounds eighty | two pounds eighty pence | two pounds and eighty pence
50p | fifty pence | 50 p | £0.50
£1 | one pound | 1 pound
9st 4 | nine stone four | 9 stone 4 | 9st 4lb | nine stone four pounds
11st | eleven stone
5'2" | five foot two | 5 ft 2 | 5ft 2in | five feet two inches | 5’2” | 5′2″ | 5 ft 2 in
2.5mg | two point five milligrams | 2.5 mg | 2.5 milligrams | 2.50 mg
250 mg | two fifty milligrams | two hundred and fifty mg
50mcg | fifty micrograms | 50 µg | 50μg
20°C | twenty degrees celsius | 20 degrees Celsius | 20 °C | 20℃
0.5 | nought point five | zero point five | .5
0.5 mg | point five milligrams
2pm | 2 pm | two p m | two p.m. | 2 p.m.
9am-5pm | nine am to five pm
14:30 | half past two | 2:30 | two thirty
ten past two | 2:10 | 10 past 2
3 May 2014 | the third of May, twenty fourteen | the 3rd of May 2014 | 3rd May 2014
May 3 | May the third | May 3rd
13 May 2025 | thirteenth of May twenty twenty-five | 13/05/2025
2–3 | two to three | 2-3 | 2 to 3
they lost 3-2 | they lost three two
0800 123 456 | 0800123456
room 101 | room one oh one
double oh seven | 007
a follow‑up | a follow-up | a follow up | a follow–up | a follow−up
Dr Smith | Doctor Smith | Dr. Smith
It was No. 7 | it was number seven | It was No 7 | it was #7
1½ | one and a half
¾ of it | three quarters of it | 3/4 of it
⅓ of them | a third of them | one third of them
10 mins | ten minutes
1 hr | one hour
B12 | B twelve
an MRI scan | an M R I scan
a GP I saw | a G P I saw
No.10 | number ten
2l | 2 litres | two liters
½-hour | 1/2-hour | half hour
10/10 | ten out of ten
3.14 | three point one four
section 136 | section one three six | section one thirty six
HbA1c | H b A one c
Siân | Sian
１５ | 15 | fifteen
1,000 | 1000 | a thousand
nineteen oh five | 1905
LGBT+ | LGBT plus
-5 | minus five | −5
"""


@pytest.mark.parametrize("line", SAID.strip().splitlines())
def test_what_is_written_is_found_as_it_is_said(line: str) -> None:
    first, *others = line.split(" | ")
    for other in others:
        assert same(first, other), (forms(first), forms(other))


OTHERWISE = """
15 | 50
fifteen | fifty
1,5 | 15
1,5 | 1.5
2.5 | 25
2.50 mg | two fifty mg
2.5 mg | 2.5 mcg
£5 | €5
£1.5m | £15m
2am | 2pm
3rd | 3
11st | 11th
1990 | 1990s
1/2 | 12
½ | 2
½ | 1
1½ | ½
2³ | 23
-5 | 5
<5 | 5
50% | 50
20° | 20
5'2" | 52
1:1 | 11
3.14 | 314
3.14 | 3:14
8/10 | 8 10
never | ever
not | –
can | can't
No. Seven came | number seven came
hardly ever | ever
rarely | really
half | hardly any
A&E | A or E
the 3rd of May | the 3rd of March
two to three | two or three
"""


@pytest.mark.parametrize("line", OTHERWISE.strip().splitlines())
def test_what_means_something_else_stays_so(line: str) -> None:
    one, two = line.split(" | ")
    assert not same(one, two), forms(one)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plan B I think", "plan b i think"),
        ("at this point five people", "at this point 5 people"),
        ("between 5 and 6", "between 5 and 6"),
        ("we may march", "we may march"),
        ("it's 5 in May", "it 's 5 in may"),
        ("No, 7 came", "no 7 came"),
        ("three four", "3 4"),
        ("ten to two", "10 2"),
        ("3/5/2025", "3 5 2025"),
    ],
)
def test_what_stands_near_a_number_is_let_be_where_it_may_be_something_else(text: str, wanted: str) -> None:
    assert " ".join(forms(text)) == wanted


def test_what_goes_into_a_neighbour_keeps_its_words() -> None:
    text = "It was £1.5 million for two to three of us, two pounds and eighty pence each, half an hour."
    found = tokens(text.split())
    assert {index for token in found for index in range(token.first, token.last + 1)} == set(
        range(len(text.split()))
    )
    assert all(a.first <= b.first and a.last <= b.last for a, b in pairwise(found))


IN_OTHER_WORDS = """
de | 1,5 Milligramm | eins Komma fünf Milligramm | 1,50 mg
de | 1.250,50 Euro | 1250,50 €
de | dreiundzwanzig | 23
de | Die Straße | Die Strasse
de | 3 Millionen | drei Millionen
de | 1 Tablette | eine Tablette
fr | J'ai pris 1,5 comprimé | j’ai pris un virgule cinq comprimé
fr | quatre-vingt-dix-sept | 97 | nonante-sept | quatre vingt dix sept
fr | 1 250,5 | 1250,5 | 1.250,5
fr | Je n'ai | je n’ai
es | veinticinco mil | 25.000 | 25 mil
es | treinta y uno | 31
pl | dwadzieścia pięć | 25 | dwudziestu pięciu
cy | pymtheg | un deg pump | 15
cy | tri ar hugain | 23 | dau ddeg tri
cy | A & B | A a B
hi | पंद्रह | १५ | 15 | पन्द्रह
hi | एक सौ तेईस | 123
ur | پندرہ | ۱۵ | 15 | ١٥
ur | كى | کی
"""


@pytest.mark.parametrize("line", IN_OTHER_WORDS.strip().splitlines())
def test_other_languages_have_figures_too(line: str) -> None:
    language, first, *others = line.split(" | ")
    for other in others:
        assert same(first, other, language), (forms(first, language), forms(other, language))


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("de", "1,5", "15"),
        ("de", "Ich nahm 1,5 Milligramm am Tag.", "Ich nahm 15 Milligramm am Tag."),
        ("de", "Ich nahm fünfzehn Tabletten.", "Ich nahm fünfzig Tabletten."),
        ("fr", "J'ai pris 1,5 comprimé par jour.", "J'ai pris 15 comprimés par jour."),
        ("de", "fünfzehn", "fünfzig"),
        ("de", "1.000", "1"),
        ("de", "kein Problem", "ein Problem"),
        ("de", "nicht krank", "krank"),
        ("de", "niemand", "jemand"),
        ("fr", "1,5 comprimé", "15 comprimé"),
        ("fr", "quatre-vingt", "4 20 2"),
        ("es", "sesenta", "setenta"),
        ("pl", "dwanaście", "dwadzieścia"),
        ("cy", "dim", "0"),
        ("hi", "उन्नीस", "उनतीस"),
        ("hi", "कि", "की"),
        ("ur", "انیس", "انتیس"),
        ("", "1,5", "15"),
        ("", "1.000", "1"),
        ("", "5+5", "55"),
        ("xx", "£5", "5"),
    ],
)
def test_other_languages_keep_apart_what_differs(language: str, one: str, two: str) -> None:
    assert not same(one, two, language)


NUMBER_WORDS = {
    language: {int(value): phrases for value, *phrases in reading(language).numbers}
    for language in sorted(LANGUAGES - {"en"})
}


@pytest.mark.parametrize("language", NUMBER_WORDS)
def test_every_word_of_a_number_is_worth_its_figure(language: str) -> None:
    words = {phrase for phrases in NUMBER_WORDS[language].values() for phrase in phrases}
    assert len(words) == sum(map(len, NUMBER_WORDS[language].values())), "a word is two numbers"
    for value, phrases in NUMBER_WORDS[language].items():
        for phrase in phrases:
            assert same(phrase.replace("_", " "), str(value), language), phrase


GOLDEN = [
    ("de", 71, "einundsiebzig"), ("de", 999, "neunhundertneunundneunzig"),
    ("de", 1990, "eintausendneunhundertneunzig"), ("de", 12345, "zwölftausenddreihundertfünfundvierzig"),
    ("fr", 81, "quatre-vingt-un"), ("fr", 99, "quatre-vingt-dix-neuf"), ("fr", 71, "soixante et onze"),
    ("fr", 999, "neuf cent quatre-vingt-dix-neuf"), ("fr", 1990, "mille neuf cent quatre-vingt-dix"),
    ("es", 45, "cuarenta y cinco"), ("es", 999, "novecientos noventa y nueve"),
    ("es", 2025, "dos mil veinticinco"), ("es", 1000, "mil"),
    ("pl", 123, "sto dwadzieścia trzy"), ("pl", 999, "dziewięćset dziewięćdziesiąt dziewięć"),
    ("pl", 2500, "dwa tysiące pięćset"), ("cy", 71, "un ar ddeg a thrigain"), ("cy", 21, "un ar hugain"),
    ("cy", 123, "cant a thri ar hugain"), ("cy", 999, "naw cant naw deg naw"),
    ("cy", 2500, "dwy fil pump cant"),
    ("hi", 2500, "दो हज़ार पाँच सौ"), ("hi", 150000, "एक लाख पचास हज़ार"), ("hi", 0, "शून्य"),
    ("ur", 2500, "دو ہزار پانچ سو"), ("ur", 199, "ایک سو ننانوے"),
]  # fmt: skip
"""As num2words and the rules of Unicode CLDR spell them."""


@pytest.mark.parametrize(("language", "value", "words"), GOLDEN)
def test_a_number_in_words_is_its_figure(language: str, value: int, words: str) -> None:
    assert forms(words, language) == [str(value)]


@fast
@given(st.sampled_from(sorted(NUMBER_WORDS)), st.integers(1, 9), st.integers(2, 99), st.integers(2, 99))
def test_two_numbers_in_words_are_the_same_only_where_they_are(
    language: str, hundreds: int, one: int, two: int
) -> None:
    if language in ("de", "es", "fr", "pl"):
        hundreds = 1  # hundreds are words of their own
    listed = NUMBER_WORDS[language]
    if not (listed.get(one) and listed.get(two) and listed.get(hundreds)):
        return
    scale = listed[100][0]
    said = [f"{listed[hundreds][0]} {scale}" if hundreds > 1 else scale, listed[one][0].replace("_", " ")]
    assert forms(" ".join(said), language) == [str(hundreds * 100 + one)]
    assert same(listed[one][0].replace("_", " "), listed[two][0].replace("_", " "), language) is (one == two)


INVISIBLE = st.sampled_from("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202c\u2066\u2069\ufe0f")
TEXTS = [
    "can't",
    "A&E",
    "£2.80",
    "follow-up",
    "naïve",
    "१५",
    "हिन्दी",
    "نہیں",
    "fünfzehn",
    "1,5",
    "½",
    "zażółć",
]


@fast
@given(st.sampled_from(TEXTS), INVISIBLE, st.integers(0, 8), st.sampled_from([*sorted(LANGUAGES), ""]))
def test_what_nobody_sees_makes_no_difference(word: str, character: str, at: int, language: str) -> None:
    assert forms(word[:at] + character + word[at:], language) == forms(word, language)


@fast
@given(st.text(st.characters(codec="utf-8"), max_size=12), st.sampled_from([*sorted(LANGUAGES), ""]))
def test_how_an_accent_is_coded_makes_no_difference(word: str, language: str) -> None:
    assert forms(unicodedata.normalize("NFD", word), language) == forms(
        unicodedata.normalize("NFC", word), language
    )


@fast
@given(
    st.lists(st.one_of(st.text(st.characters(codec="utf-8"), max_size=6), st.sampled_from(
        "two to three 5 out of ten half an hour £1.5 million and pence 80 point the May 3rd cent vingt deux "
        "und hundert a ugain ar سو ek 1 250 000".split())), max_size=12),
    st.sampled_from([*sorted(LANGUAGES), ""]),
)  # fmt: skip
def test_every_form_knows_its_words_in_any_language(words: list[str], language: str) -> None:
    found = tokens(words, language)
    assert all(token.form and 0 <= token.first <= token.last < len(words) for token in found)
    assert all(a.first <= b.first and a.last <= b.last for a, b in pairwise(found))


@fast
@given(st.integers(0, 999_999), st.integers(0, 999_999))
def test_numbers_that_differ_never_read_the_same(one: int, two: int) -> None:
    if one != two:
        for way in readings(two):
            if " oh " not in way:
                assert forms(way) != [str(one)]


@fast
@given(st.integers(0, 999), st.integers(0, 99))
def test_decimals_are_the_same_said_or_written(whole: int, part: int) -> None:
    written = f"{whole}.{part:02}5"
    figures = " ".join(readings(int(digit))[0] for digit in written.split(".")[1])
    for way in readings(whole):
        assert forms(f"{way} point {figures}") == forms(written)


@fast
@given(st.integers(1, 999), st.integers(10, 99))
def test_money_is_the_same_said_or_written(pounds: int, pence: int) -> None:
    for way in readings(pounds):
        for end in ("", " pence"):
            assert forms(f"{way} pounds {readings(pence)[0]}{end}") == forms(f"£{pounds}.{pence}")


@fast
@given(
    st.sampled_from(
        ["2.5", "15", "£2.80", "½", "999", "5'2\"", "1990s", "21st", "2pm", "A&E", "9st 4", "&", "-5"]
    )
)
def test_how_a_word_is_said_reads_as_it_is_written(word: str) -> None:
    for way in ways_said(word):
        assert same(way, word), way


@pytest.mark.parametrize(
    ("language", "form", "why"),
    [
        ("en", "not", "negation"),
        ("en-GB", "never", "negation"),
        ("en", "2.5", "number"),
        ("en", "half", "number"),
        ("en", "hundred", "number"),
        ("en", "milligrams", "dose"),
        ("en", "hardly", "turn"),
        ("en", "ever", "turn"),
        ("en", "nurse", ""),
        ("de", "kein", "negation"),
        ("de", "kaum", "turn"),
        ("de", "milligramm", "dose"),
        ("fr", "ne", "negation"),
        ("es", "jamás", "negation"),
        ("cy", "ddim", "negation"),
        ("pl", "nie", "negation"),
        ("hi", "नहीं", "negation"),
        ("ur", "نہیں", "negation"),
        ("hi", "डेढ़", "number"),
        ("", "not", ""),
        ("xx", "15", "number"),
    ],
)
def test_why_a_word_may_not_be_wrong(language: str, form: str, why: str) -> None:
    assert weight(form, language) == why
    assert is_strict(form, language) is (why not in ("", "dose"))


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_lists_hold_words_as_they_are_looked_up(language: str) -> None:
    words = reading(language)
    for found in (words.negations, words.turning, words.hesitations, words.amounts, words.ones):
        for word in found:
            assert forms(word, language) == [word]
    for unit in words.doses:
        assert weight(forms(f"2 {unit}", language)[-1], language) == "dose"
    assert not words.negations & words.turning


def test_unknown_languages_know_no_words() -> None:
    assert forms("Not fifteen, can't", "") == ["not", "fifteen", "can't"]
    assert negations("tlh") == hesitations("") == frozenset()
    assert negations("en_GB") == negations("EN") == negations()
    assert equals("'d", "de") == frozenset() and plain("organised", "de") == "organised"


@pytest.mark.parametrize(
    ("one", "two", "language", "opposed"),
    [
        ("möglich", "unmöglich", "de", True),
        ("zdrowy", "niezdrowy", "pl", True),
        ("möglich", "unmöglich", "", False),
    ],
)
def test_beginnings_that_deny_are_the_languages_own(one: str, two: str, language: str, opposed: bool) -> None:
    assert are_opposed(one, two, language) is opposed


def test_scripts_are_not_torn() -> None:
    assert forms("मैं हिन्दी बोलता", "hi") == ["मैं", "हिन्दी", "बोलता"]
    assert forms("我不喜欢", "zh") == list("我不喜欢")
    assert forms("我 不喜欢", "zh") == forms("我不 喜欢", "zh")
