"""Which language a file or a text is in: what is told, and what is not guessed."""

from __future__ import annotations

import pytest

from pipeline.language.identify import by_name, by_text, is_latin, tag

ENGLISH = "She sat down and she listened to me."


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("film.de.srt", "de"),
        ("film.DE.srt", "de"),
        ("de.srt", "de"),
        ("film.pt-br.srt", "pt-BR"),
        ("film.zh-Hant.vtt", "zh-Hant"),
        ("cut.en-GB.edited.srt", "en-GB"),
        ("film.eng.sdh.srt", "en"),
        ("film.en.hi.srt", "en"),
        ("film.hi.srt", "hi"),
        ("film.german.srt", "de"),
        ("film.de.forced.srt", "de"),
        ("film_pt_BR.srt", "pt-BR"),
        ("film_captions_pt-br.vtt", "pt-BR"),
        ("build/cut_en.vtt", "en"),
        ("cut.tmp.srt", ""),
        ("cut.sdh.srt", ""),
        ("film.srt", ""),
        ("00-clean.srt", ""),
        ("what_is_it.srt", ""),
        ("noise.txt", ""),
    ],
)
def test_a_name_tells_a_language_or_none(name: str, language: str) -> None:
    assert by_name(name, ENGLISH) == language


def test_a_part_of_a_name_counts_where_the_text_does_not_speak_against_it() -> None:
    assert (
        by_name("film_de.srt", "Insel Haus") == by_name("film_de.srt", "Er ist nicht auf der Insel.") == "de"
    )
    assert by_name("come and see it.srt", ENGLISH) == ""
    assert by_name("Interview (Welsh).srt", "Mae hi wedi mynd.") == "cy"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        ("Er wohnt auf einer Insel. Ich habe dort ein Haus.", "de"),
        ("Je ne sais pas, mais elle est dans la maison.", "fr"),
        ("No lo sé, pero ella está en la casa.", "es"),
        ("Non lo so, ma lei è nella casa con me.", "it"),
        ("Não sei, mas ela está em casa com você.", "pt"),
        ("Ik weet het niet, maar zij is in het huis.", "nl"),
        ("Jag vet inte, men hon är i huset.", "sv"),
        ("Nie wiem, czy to jest dla mnie.", "pl"),
        ("Dw i ddim yn gwybod, ond mae hi wedi mynd.", "cy"),
        ("Я не знаю, но она уже была там.", "ru"),
        ("Я не знаю, але вона вже була там.", "uk"),
        ("نرس نے مجھ سے نہیں پوچھا کہ میں کون ہوں", "ur"),
        ("لم تسألني الممرضة عن هذا قبل ذلك", "ar"),
        ("नर्स ने मुझ से नहीं पूछा कि मैं कौन हूँ", "hi"),
        ("护士没有问我", "zh"),
        ("看護師は私に聞きませんでした", "ja"),
        ("간호사는 묻지 않았다", "ko"),
        ("Η νοσοκόμα δεν ρώτησε", "el"),
        ("האחות לא שאלה אותי", "he"),
        ("ਨਰਸ ਨੇ ਮੈਨੂੰ ਨਹੀਂ ਪੁੱਛਿਆ", "pa"),
        ("Xyzzy, plugh!", ""),
        ("", ""),
        ("12:30", ""),
    ],
)
def test_a_text_tells_its_language_or_none(text: str, language: str) -> None:
    assert by_text(text) == language


def test_a_text_in_a_language_that_nobody_listed_is_none() -> None:
    assert by_text("Ez dakit nor den, baina etxean dago eta ez da inora joango gaur.") == ""


def test_what_people_call_a_language() -> None:
    assert [tag(name) for name in ("de", "German", "en_GB", "pt-BR", "Cymraeg", "klingon", "")] == [
        "de", "de", "en-GB", "pt-BR", "cy", "", "",
    ]  # fmt: skip


def test_latin_letters() -> None:
    assert is_latin("Twelve chars")
    assert is_latin("12")
    assert not is_latin("护士")
