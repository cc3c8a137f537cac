"""The ledger of exports: what left, for whom, with whom in it; only ever added to, and where each stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.consent.gate import Facts, Lists
from pipeline.delivery import ledger
from pipeline.delivery.ledger import LEDGER, Export, Ledger
from pipeline.delivery.release import take_back
from pipeline.errors import ConfigError, InputError
from pipeline.production.quotes import Consent, Quote

TODAY = date(2025, 11, 12)
SCOPE = frozenset({"training", "workshop"})
AMARA = Consent("amara", "Amara", SCOPE, frozenset(), TODAY - timedelta(90), None, None, "", 2)
BEN = replace(AMARA, contributor="ben", display_name="Ben")
QUOTE = Quote("q1", "amara", "", "They saw me.", "", SCOPE, "the group", TODAY - timedelta(1), "", 2)
FACTS = Facts("training", frozenset({"amara"}), {"q1": QUOTE.digest}, named=frozenset({"amara"}))
BOTH = replace(FACTS, people=frozenset({"amara", "ben"}))


def lists(*consents: Consent, quote: Quote = QUOTE) -> Lists:
    return Lists({"q1": quote}, {one.contributor: one for one in consents}, TODAY)


def export(what: str = "scorm12", to: str = "build/training", recipient: str = "", **other: object) -> Export:
    made = Export(what, {f"{what}.zip": "ab" * 32}, FACTS, to, recipient, TODAY, "cut 1")
    return replace(made, **other)  # type: ignore[arg-type]


@pytest.fixture
def book(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path)


def states(book: Ledger, edition: str = "cut 1", now: Lists | None = None) -> list[str]:
    return [one.state for one in Ledger(book.root).standings(now or lists(AMARA, BEN), edition)]


def test_a_line_is_read_as_it_was_written(book: Ledger) -> None:
    given = export(recipient="Learning Hub", facts=replace(BOTH, pictures={"b-roll/a.png": "cd" * 32}))
    (entered,) = book.enter([given])
    (read,) = Ledger(book.root).exports
    assert read == replace(given, id=read.id) and read.intact
    assert entered == given
    line = json.loads((book.root / LEDGER).read_text())
    assert line["event"] == "export" and line["sha256"] == "ab" * 32 and line["people"] == ["amara", "ben"]


def test_it_is_only_ever_added_to(book: Ledger) -> None:
    book.enter([export()])
    before = (book.root / LEDGER).read_bytes()
    Ledger(book.root).enter([export(of="cut 2"), export("h5p")])
    after = (book.root / LEDGER).read_bytes()
    assert after.startswith(before) and after.count(b"\n") == 3
    assert [one.what for one in Ledger(book.root).exports] == ["scorm12", "scorm12", "h5p"]


@pytest.mark.parametrize(
    ("other", "new"),
    [
        ({}, 0),
        ({"on": TODAY + timedelta(1)}, 0),
        ({"recipient": "Learning Hub"}, 1),
        ({"to": "/media/stick"}, 1),
        ({"files": {"scorm12.zip": "cd" * 32}}, 1),
        ({"of": "cut 2"}, 1),
    ],
)
def test_the_same_in_the_same_hands_is_no_new_line(book: Ledger, other: dict[str, object], new: int) -> None:
    book.enter([export()])
    assert len(book.enter([replace(export(), **other)])) == new  # type: ignore[arg-type]
    assert len(Ledger(book.root).exports) == 1 + new


def test_what_came_back_is_written_down_again(book: Ledger) -> None:
    for cut in ("cut 1", "cut 2", "cut 1"):
        assert book.enter([export(of=cut)])


def test_where_an_export_stands(book: Ledger) -> None:
    book.enter([export(), export("h5p", facts=BOTH), export("guide", of="cut 0")])
    assert states(book) == ["current", "current", "out of date"]
    assert states(book, "") == ["not known"] * 3
    assert states(book, now=lists(AMARA)) == ["current", "recall", "out of date"]
    assert states(book, now=lists(AMARA, replace(BEN, withdrawn_on=TODAY)))[1] == "recall"
    assert states(book, now=lists(AMARA, replace(BEN, expires_on=TODAY - timedelta(1))))[1] == "recall"
    assert states(book, now=lists(AMARA, replace(BEN, scope=frozenset({"workshop"}))))[1] == "recall"
    assert states(book, now=lists(AMARA, BEN, quote=replace(QUOTE, text="They saw.")))[0] == "recall"
    assert states(book, now=lists(replace(AMARA, anonymise=frozenset({"name"})), BEN))[0] == "recall"


def test_what_went_the_same_way_is_told_together_with_one_command(book: Ledger) -> None:
    book.enter([export(recipient="Learning Hub"), export("h5p", recipient="Learning Hub"), export("web")])
    book.enter([export("guide", to="/media/my stick")])
    found = Ledger(book.root).standings(lists(AMARA), "cut 2")
    assert ledger.not_current(found, "out of date") == [
        (
            "scorm12, h5p of 2025-11-12 for Learning Hub: of an earlier cut",
            'ourwords export training --only scorm12,h5p --for "Learning Hub"',
        ),
        ("web of 2025-11-12: of an earlier cut", "ourwords export training --only web"),
        (
            "guide of 2025-11-12, in /media/my stick: of an earlier cut",
            "ourwords export training --only guide --to '/media/my stick'",
        ),
    ]
    assert ledger.not_current(found, "recall") == []


def test_a_newer_one_takes_the_place_of_what_the_same_people_had(book: Ledger) -> None:
    book.enter([export(recipient="Learning Hub")])
    book.enter([export(recipient="Learning Hub", of="cut 2"), export(recipient="A ward")])
    found = Ledger(book.root).standings(lists(AMARA), "cut 2")
    assert [(one.export.recipient, one.state) for one in found] == [
        ("Learning Hub", "replaced"),
        ("Learning Hub", "current"),
        ("A ward", "out of date"),
    ]
    withdrawn = Ledger(book.root).standings(lists(), "cut 2")
    assert [one.state for one in withdrawn] == ["recall", "recall", "recall"], "a later one is no proof"
    book.enter([export()])
    book.enter([export(of="cut 2")])
    assert states(book, "cut 2")[-2:] == ["replaced", "current"]
    inside = [one for one in Ledger(book.root).standings(lists(), "cut 2") if not one.export.outside]
    assert [one.state for one in inside] == ["replaced", "recall"], "in build/ it was written over"


def test_what_nobody_is_known_to_have_gives_way_to_whatever_took_its_place_in_build(book: Ledger) -> None:
    book.enter([export(), export(to="/media/stick")])
    book.enter([export(recipient="Learning Hub", of="cut 2")])
    assert states(book, "cut 2") == ["replaced", "out of date", "current"]


def test_whoever_withdrew_is_told_of_every_copy(book: Ledger) -> None:
    book.enter([export(recipient="Learning Hub", facts=BOTH), export("guide", to="/media/stick", facts=BOTH)])
    book.enter([export("web", facts=BOTH), export("h5p")])
    assert ledger.copies(book.root, {"ben"}) == [
        (
            "ben is in scorm12 of 2025-11-12 for Learning Hub",
            "tell Learning Hub to delete it, and every copy that was made of it",
        ),
        (
            "ben is in guide of 2025-11-12, in /media/stick",
            "delete it from /media/stick, and every copy that was made of it",
        ),
        ("ben is in web of 2025-11-12", "tell whoever took a copy to delete it"),
    ]
    assert ledger.copies(book.root, frozenset()) == []


def test_a_line_that_was_written_over_is_told(book: Ledger) -> None:
    book.enter([export(facts=BOTH)])
    path = book.root / LEDGER
    path.write_text(path.read_text().replace('"amara", "ben"', '"amara"'))
    (found,) = Ledger(book.root).standings(lists(AMARA, BEN), "cut 1")
    assert found.state == "altered" and "was written over" in found.why and "backup" in found.next_step
    assert Ledger(book.root).enter([export()]), "it does not count as handed out"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: line | {"event": "approval"},
        lambda line: {name: value for name, value in line.items() if name != "people"},
        lambda line: line | {"files": {}},
        lambda line: line | {"files": {"a.zip": 3}},
        lambda line: line | {"on": "yesterday"},
        lambda line: line | {"quotes": None},
    ],
)
def test_a_line_that_is_no_export_is_an_error(
    book: Ledger, spoil: Callable[[dict[str, object]], dict[str, object]]
) -> None:
    book.enter([export()])
    path = book.root / LEDGER
    path.write_text(json.dumps(spoil(json.loads(path.read_text()))) + "\n")
    with pytest.raises(InputError, match="is no export"):
        _ = Ledger(book.root).exports
    with pytest.raises(InputError):
        Ledger(book.root).enter([export("h5p")])


def test_a_line_that_was_cut_off_is_passed_over_and_told(book: Ledger) -> None:
    book.enter([export()])
    with (book.root / LEDGER).open("ab") as file:
        file.write(b'{"event": "export", "wh')
    again = Ledger(book.root)
    assert len(again.exports) == 1 and again.book.damaged == (2,)
    again.enter([export("h5p")])
    assert [one.what for one in Ledger(book.root).exports] == ["scorm12", "h5p"]


def test_of_several_files_the_hash_is_over_all(book: Ledger) -> None:
    one = export("player", files={"index.html": "ab" * 32, "film.mp4": "cd" * 32})
    assert one.sha256 != replace(one, files={"index.html": "ab" * 32}).sha256 == "ab" * 32
    assert one.sha256 == replace(one, files={"film.mp4": "cd" * 32, "index.html": "ab" * 32}).sha256


def test_a_place_in_the_production_is_named_from_there(book: Ledger) -> None:
    assert book.place(book.root / "build" / "training") == "build/training"
    assert book.place(book.root.parent / "stick") == (book.root.parent / "stick").resolve().as_posix()
    assert not export().outside
    assert export(recipient="Learning Hub").outside and export(to="/media/stick").outside


def test_the_table_has_a_line_for_each(book: Ledger) -> None:
    book.enter([export(recipient="Learning Hub", facts=BOTH)])
    head, row = ledger.table(book.standings(lists(AMARA, BEN), "cut 1"))
    assert head.split() == [word for name in ledger.HEADS for word in name.split()]
    for told in (
        "scorm12",
        "training",
        "Learning Hub",
        "build/training",
        "abababababab",
        "amara ben",
        "current",
    ):
        assert told in row
    record = ledger.record(book.standings(lists(AMARA, BEN), "cut 1")[0])
    assert record["people"] == ["amara", "ben"] and record["state"] == "current" and record["outside"]


# What is gone --------------------------------------------------------------------------------


def test_what_a_person_says_is_gone_is_asked_back_no_more(book: Ledger) -> None:
    book.enter([export(facts=BOTH, recipient="A ward"), export("h5p", facts=BOTH, recipient="A ward")])
    first, second = Ledger(book.root).exports
    without_ben = lists(AMARA, replace(BEN, withdrawn_on=TODAY))
    assert states(book, now=without_ben) == ["recall", "recall"]
    Ledger(book.root).let_go([first.id[:6]], "Rosa Lind", TODAY, "the ward wrote")
    found = Ledger(book.root).standings(without_ben, "cut 1")
    assert [(one.state, one.why) for one in found] == [
        ("gone", f"Rosa Lind, {TODAY}: the ward wrote"),
        ("recall", found[1].why),
    ]
    assert [what for what, _ in ledger.copies(book.root, {"ben"})] == [
        "ben is in h5p of 2025-11-12 for A ward"
    ]
    assert Ledger(book.root).let_go([second.id], "Rosa Lind", TODAY) == [second]
    assert ledger.copies(book.root, {"ben"}) == []


def test_the_same_thing_handed_out_after_it_was_gone_is_a_new_line(book: Ledger) -> None:
    book.enter([export(recipient="A ward")])
    book.let_go([book.exports[0].id], "Rosa Lind", TODAY)
    assert len(Ledger(book.root).enter([export(recipient="A ward")])) == 1
    assert states(book) == ["gone", "current"]


@pytest.mark.parametrize(
    ("ids", "by", "why"),
    [
        (["zzzz"], "Rosa Lind", "no export's id"),
        ([""], "Rosa Lind", "no export's id"),
        (None, " ", "whose word"),
    ],
)
def test_nothing_is_gone_without_a_name_and_an_export(
    book: Ledger, ids: list[str] | None, by: str, why: str
) -> None:
    book.enter([export()])
    before = book.path.read_bytes()
    with pytest.raises(ConfigError, match=why):
        book.let_go(ids or [book.exports[0].id], by, TODAY)
    assert book.path.read_bytes() == before


def test_a_word_that_was_written_over_counts_for_nothing(book: Ledger) -> None:
    book.enter([export(facts=BOTH)])
    book.let_go([book.exports[0].id], "Rosa Lind", TODAY)
    book.path.write_text(book.path.read_text().replace("Rosa Lind", "Rosa Linde"))
    assert states(book) == ["altered"]
    assert ledger.copies(book.root, {"ben"}), "it is still asked back"


def test_the_last_word_on_how_long_counts_unless_somebody_wrote_it_over(book: Ledger) -> None:
    over, later = TODAY - timedelta(1), TODAY + timedelta(1)
    book.enter([export(recipient="A ward", until=over)])
    assert states(book) == ["recall"]
    book.enter([export(recipient="A ward", until=later)])
    assert states(book) == ["replaced", "current"]
    path = book.root / LEDGER
    path.write_text(path.read_text().replace(later.isoformat(), (later + timedelta(99)).isoformat()))
    assert states(book) == ["recall", "altered"]


def test_what_was_brought_to_a_folder_is_told_by_lines_that_nobody_wrote_over(book: Ledger) -> None:
    book.enter([export(to="/stick"), export("h5p", to="/stick"), export(to="/other")])
    path = book.root / LEDGER
    assert [one.what for one in Ledger(book.root).brought({"scorm12", "h5p"}, "/stick")] == ["scorm12", "h5p"]
    path.write_text(path.read_text().replace("h5p.zip", "../of-others.zip"))
    assert [one.what for one in Ledger(book.root).brought({"scorm12", "h5p"}, "/stick")] == ["scorm12"]


def test_copies_are_taken_back_while_they_are_what_was_brought_and_lie_in_the_folder(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    for name in ("stick/old", "stick/again", "stick/changed", "beside"):
        (tmp_path / name).write_bytes(b"ours")
    (stick / "changed").write_bytes(b"theirs")
    known = sha256(b"ours").hexdigest()
    names = ("old", "again", "changed", "gone", "../beside", str(tmp_path / "beside"))
    take_back(stick, [export(files=dict.fromkeys(names, known))], {"again"})
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"again", "changed", "beside"}
