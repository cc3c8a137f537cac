"""A name is found however it is spelt, and ordinary words are no names."""

from __future__ import annotations

import pytest

from pipeline.language.names import Name, Names


def found(name: str, text: str, *, kind: str = "bleep", cased: bool = True) -> list[str]:
    hits = Names([Name(name, "dev", kind=kind, cased=cased)]).found(text)
    return [hit.name.text for hit in hits]


SPELLINGS = [
    ("Pargeter", "PARGETER"),
    ("Pargeter", "pargeter"),
    ("Pargeter", "Pargétër"),
    ("Pargeter", "P\u0301argeter"),
    ("Pargeter", "Par-geter"),
    ("Pargeter", "Par‑geter"),
    ("Pargeter", "Par-\ngeter"),
    ("Pargeter", "Par geter"),
    ("Pargeter", "P a r g e t e r"),
    ("Pargeter", "P.a.r.geter"),
    ("Pargeter", "Par_geter"),
    ("Pargeter", "Par'geter"),
    ("Pargeter", "Par·geter"),
    ("Pargeter", "Pargeter_x"),
    ("Pargeter", "x_Pargeter"),
    ("Pargeter", "#PargeterOut"),
    ("Pargeter", "Par\u00adgeter"),
    ("Pargeter", "Par\u200bge\u2060ter"),
    ("Pargeter", "Pargeter's ward"),
    ("Pargeter", "the Pargeters’ house"),
    ("Pargeter", "Pаrgеtеr"),  # Cyrillic а and е
    ("Pargeter", "Ραrgeter"),  # Greek Rho and alpha
    ("Pargeter", "PᎪRGETER"),
    ("Pargeter", "Ｐａｒｇｅｔｅｒ"),
    ("Pargeter", "𝐏𝐚𝐫𝐠𝐞𝐭𝐞𝐫"),
    ("Pargeter", "P4rg3ter"),
    ("Pargeter", "Par&shy;geter"),
    ("Pargeter", "P&#97;rgeter"),
    ("Sister Pargeter", "Sister-Pargeter"),
    ("Sister Pargeter", "SisterPargeter"),
    ("Sister Pargeter", "sister\npargeter"),
    ("Sister Pargeter", "Pargeter, Sister"),
    ("Dev", "Thanks to Dev"),
    ("Dev", "Dév"),
    ("Dev", "D e v"),
    ("Dev", "D. E. V."),
    ("Dev", "De-v"),
    ("Dev", "De v"),
    ("Dev", "Dev_1"),
    ("Dev", "dev2.mp4"),
    ("Dev", "D3v"),
    ("Dev", "Devs' day"),
    ("Dev", "DevPatel"),
    ("Dev", "iamDev"),
    ("Will", "Thanks to Will"),
    ("Will", "Will, you came"),
    ("Will", "W i l l"),
    ("Will", "Wi11 came"),
    ("Will", "WilI came"),
    ("Ian", "lan came"),
    ("Siân", "Sian"),
    ("Łukasz", "Lukasz"),
    ("Weiß", "WEISS"),
    ("O'Brien", "O’ Brien, OBrien"),
    ("Вера", "ВЕРА"),
    ("李明", "我见到李明了"),
    ("محمد", "ومحمد قال"),
    ("रवि", "रवि।"),
    ("Ward 7", "on ward 7."),
    ("Ada", "ada1987.mp4"),
    ("Dev", "🅳🅴🆅"),
    ("Dev", "🇩🇪🇻"),
    ("Dev", "ᴅᴇᴠ"),
    ("Dev", "ⓓⓔⓥ"),
    ("Dev", "ɗeⱴ"),
]

ORDINARY = [
    ("Will", "What will you do?"),
    ("Will", "Will you come?"),
    ("Will", "Why? Will they listen?"),
    ("Will", "willing, goodwill, at will"),
    ("Mark", "mark the place"),
    ("Mark", "remarkable, marked"),
    ("May", "it may be"),
    ("Rose", "she rose at six"),
    ("Hope", "I hope so"),
    ("Grace", "with good grace"),
    ("Joy", "tears of joy"),
    ("Dawn", "before dawn"),
    ("Dev", "a developer"),
    ("Dev", "devise"),
    ("Dev", "Devon"),
    ("Dev", "the devil"),
    ("Dev", "every side valued"),
    ("Dev", "they made very good tea"),
    ("Ina", "in a room"),
    ("Isa", "this is a card"),
    ("Ana", "an appointment"),
    ("Ada", "the ad and the poster"),
    ("Asa", "as a patient"),
    ("Ian", "I, an old man"),
    ("Ali", "all of it"),
    ("Theo", "the office"),
    ("Theo", "the other one"),
    ("Tom", "to my house"),
    ("Thi", "this"),
    ("Neil", "Nell came"),
    ("Lo", "10 people"),
    ("Al", "a lot"),
    ("Jo", "a job"),
    ("Ed", "it was red"),
    ("Amy", "on a myth"),
    ("Art", "smart"),
    ("Eve", "every evening"),
    ("Eli", "he lies"),
    ("Ray", "two x-rays were taken"),
    ("Sam", "the same"),
    ("Ben", "a bench"),
    ("Donald", "a McDonald"),
    ("Pargeter", "the target, the parapet"),
    ("Sister Pargeter", "my sister, the pharmacist"),
    ("Вера", "верашка"),
    ("Dela", "de la Cruz"),
    ("Ines", "in 3 s"),
    ("Thea", "the 4 of us"),
    ("Ana", "yes | n/a"),
    ("Ward 7", "the ward, ward 71"),
    ("Ada", "5feceb66ffc86f38d952786c6d696c79c2ada239dd4e91b46729d73a27fb57e9"),
]


@pytest.mark.parametrize(("name", "text"), SPELLINGS)
def test_a_name_is_found_however_it_is_spelt(name: str, text: str) -> None:
    assert name in found(name, text) or found(name, text)


@pytest.mark.parametrize(("name", "text"), ORDINARY)
def test_ordinary_words_are_no_names(name: str, text: str) -> None:
    assert found(name, text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("will", "What will you do?"),
        ("will", "What Will You Do?"),
        ("will", "WHAT WILL YOU DO"),
        ("will", "Thank you. Will they?"),
        ("may", "We met in May."),
        ("mark", "Mark the place"),
        ("grace", "With grace"),
    ],
)
def test_an_id_that_is_a_common_word_blocks_nothing(name: str, text: str) -> None:
    assert found(name, text, kind="id") == []


@pytest.mark.parametrize(
    ("name", "text"), [("will", "Thanks to Will"), ("dev", "thanks to dev"), ("dev", "DEV:")]
)
def test_an_id_that_is_a_name_is_one(name: str, text: str) -> None:
    assert found(name, text, kind="id") == [name]


def test_who_has_a_name_on_their_own_list_may_not_say_it_in_small_letters_either() -> None:
    assert found("Grace", "i asked grace", cased=False) == ["Grace"]
    assert found("Grace", "i asked grace") == []


def test_what_is_written_instead_takes_its_place_alone() -> None:
    names = Names([Name("Pargeter", "amara", "[a nurse]"), Name("Dev", "dev")])
    assert names.hidden("Par-geter, then D e v's aunt.") == "[a nurse], then [name]'s aunt."
    assert names.hidden("Nobody at all.") == "Nobody at all."
