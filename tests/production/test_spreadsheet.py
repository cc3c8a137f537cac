"""Spreadsheets as people save them, and the paperwork read from them: right, or refused with row and
column.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.production.lists import read_bleeps, read_consent, read_quotes
from pipeline.production.spreadsheet import SheetRow, parse_date, read_table

fast = settings(max_examples=60, deadline=None, derandomize=True)

HEADER = ["id", "text"]


def table(
    data: bytes, required: tuple[str, ...] = ("id", "text"), optional: tuple[str, ...] = ("notes",)
) -> list[SheetRow]:
    return read_table("quotes.csv", data, required, optional)


def saved(rows: list[list[str]], *, mark: str = ",", ends: str = "\r\n", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator=ends).writerows(rows)
    return out.getvalue().encode(encoding)


def sheet(rows: list[list[object]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


cells = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n,;\t\"'=é"),
    max_size=20,
)


@fast
@given(
    st.lists(st.tuples(cells, cells).filter(lambda row: any(cell.strip() for cell in row)), max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_was_saved_is_read(rows: list[tuple[str, str]], mark: str, ends: str, encoding: str) -> None:
    if ends == "\r" and any("\n" in cell for row in rows for cell in row):
        ends = "\n"
    found = table(saved([HEADER, *map(list, rows)], mark=mark, ends=ends, encoding=encoding))
    assert [(row.cells["id"], row.cells["text"]) for row in found] == rows


@pytest.mark.parametrize("start", ["sep=;\n", "SEP=;\r\n"])
def test_excels_own_hint_is_no_row(start: str) -> None:
    assert [row.cells["text"] for row in table((start + "id;text\nq1;a, b\n").encode())] == ["a, b"]


def test_rows_are_counted_as_a_spreadsheet_counts_them_with_cells_of_several_lines() -> None:
    found = table(b'id,text\nq1,"one\ntwo\nthree"\n\nq2,x\n')
    assert [(row.cells["id"], row.number) for row in found] == [("q1", 2), ("q2", 4)]
    with pytest.raises(InputError, match="row 4, column id"):
        raise found[1].error("id", "wrong")


def test_columns_in_any_order_and_case_with_blank_ones_between() -> None:
    (row,) = table(b" Text ,,ID\nhello,,q1\n")
    assert (row.get("id"), row.get("text"), row.get("notes")) == ("q1", "hello", "")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"id\nq1\n", 'no column "text"'),
        (b"id,text,note\nq1,a,b\n", 'column "note" that is not known'),
        (b"id,text,txt\n", 'did you mean "text"'),
        (b"id,text,id\nq1,a,q2\n", "same column twice"),
        (b"id,text\nq1,a,b\n", "row 2: has 3 cells where the header has 2"),
        (b'id,text\nq1,"a\nq2,b\n', "row 2: cannot be read"),
        (b"id,text\nq1,caf\xe9\n", "row 2, column 2: is not UTF-8 (byte 0xe9)"),
        (b'id,text\nq1,"a\nb"\nq2,caf\xe9\n', "row 3, column 2: is not UTF-8"),
        (b'id,text\nq1,"' + b"a" * 200_000 + b"\xe9", "is not UTF-8"),
        (b'id,text\nq1,"' + b"a" * 200_000 + b'"\n', "cannot be read"),
        (b"id,text\nq1,a\0b\n", "is not a text file"),
        (b"PK\x03\x04 no zip", "is not a spreadsheet"),
        (b"sep=;", "is empty"),
        ("id,text\nq1,a\n".encode("utf-32"), "is not a text file"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as refused:
        table(data)
    assert says in str(refused.value)
    assert "quotes.csv" in refused.value.where


def test_empty_cells_at_the_end_of_a_row_are_nothing() -> None:
    assert [row.cells for row in table(b"id,text\nq1,a,,\n,,\n")] == [{"id": "q1", "text": "a"}]


def test_a_spreadsheet_gives_what_the_csv_gives() -> None:
    found = table(
        sheet(
            [
                ["id", "text", "notes"],
                ["q1", "one", datetime(2025, 5, 13)],  # noqa: DTZ001
                [None, None, None],
                ["q2", 12.0, 1.5],
            ]
        )
    )
    assert [(row.number, row.get("id"), row.get("text"), row.get("notes")) for row in found] == [
        (2, "q1", "one", "2025-05-13"),
        (4, "q2", "12", "1.5"),
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", None),
        ("2025-05-13", date(2025, 5, 13)),
        ("13/05/2025", date(2025, 5, 13)),
        ("05/13/2025", date(2025, 5, 13)),
        ("5/5/2025", date(2025, 5, 5)),
    ],
)
def test_dates(text: str, wanted: date | None) -> None:
    assert parse_date(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "05/06/2025",
        "31/02/2025",
        "2025-13-01",
        "soon",
        "13/05",
        "13/05/2025/1",
        "2025/05/13",
        "13/05/25",
        "05.13.2025",
    ],
)
def test_dates_that_are_none_or_two(text: str) -> None:
    with pytest.raises(ValueError, match=r"two days|not a date"):
        parse_date(text)


# Paperwork ------------------------------------------------------------------------------------

QUOTES = [
    "id",
    "contributor",
    "source",
    "text",
    "theme",
    "use",
    "approved_by",
    "approved_on",
    "notes",
    "in",
    "out",
]
GOOD = [
    "q01",
    "amara",
    "amara.mp4",
    "They saw me.",
    "label",
    "training; Workshop",
    "the group",
    "2025-05-13",
    "",
    "",
    "",
]
CONSENT = [
    "contributor",
    "display_name",
    "scope",
    "anonymise",
    "given_on",
    "expires_on",
    "withdrawn_on",
    "notes",
]


def changed(**cells: str) -> list[str]:
    return [cells.get("in_" if name == "in" else name, cell) for name, cell in zip(QUOTES, GOOD, strict=True)]


def test_a_quote_is_read_whole() -> None:
    (quote,) = read_quotes("quotes.csv", saved([QUOTES, changed(in_="0:01.5", out="0:03")]))
    assert (quote.id, quote.contributor, quote.text, quote.row) == ("q01", "amara", "They saw me.", 2)
    assert quote.use == {"training", "workshop"}
    assert quote.approved_on == date(2025, 5, 13)
    assert str(quote.pinned_times) == "0:00:01.500–0:00:03.000"


def test_a_quote_may_be_given_by_its_times_alone() -> None:
    (quote,) = read_quotes("quotes.csv", saved([QUOTES, changed(text="", in_="0:01.5", out="0:03")]))
    assert (quote.text, quote.pieces) == ("", ())
    assert quote.pinned_times


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"id": ""}, "column id: is empty"),
        ({"id": "Q 1"}, "is not an id"),
        ({"contributor": "../x"}, "is not an id"),
        ({"text": ""}, "column text: is empty"),
        ({"text": "[...] [only brackets] …"}, "no spoken word"),
        ({"text": "They [saw me."}, "without its partner"),
        ({"text": "They saw] me."}, "without its partner"),
        ({"text": "They [[saw] me."}, "without its partner"),
        ({"use": "trainning"}, 'did you mean "training"'),
        ({"approved_on": "last week"}, "column approved_on"),
        ({"in_": "0:03"}, "column out: is empty"),
        ({"in_": "0:03", "out": "0:03"}, "is not after in"),
        ({"in_": "soon", "out": "0:03"}, "column in"),
    ],
)
def test_a_quote_that_is_none_is_refused(cells: dict[str, str], says: str) -> None:
    with pytest.raises(InputError) as refused:
        read_quotes("quotes.csv", saved([QUOTES, changed(**cells)]))
    assert says in str(refused.value)
    assert refused.value.where.startswith("quotes.csv row 2")


def test_two_quotes_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match='row 3, column id: "q01" is already in row 2'):
        read_quotes("quotes.csv", saved([QUOTES, GOOD, GOOD]))


def test_consent_is_read() -> None:
    (found,) = read_consent(
        "consent.csv", saved([CONSENT, ["erin", "A patient", "training", "none", "01/01/2025", "", "", ""]])
    )
    assert (found.scope, found.anonymise, found.given_on, found.withdrawn_on) == (
        {"training"},
        frozenset(),
        date(2025, 1, 1),
        None,
    )


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("anonymise", "hair"),
        ("scope", "everything"),
        ("withdrawn_on", "yes"),
        ("display_name", ""),
        ("contributor", ""),
    ],
)
def test_consent_that_cannot_be_read_is_refused(column: str, cell: str) -> None:
    good = dict(
        zip(CONSENT, ["erin", "A patient", "training", "name", "2025-01-01", "", "", ""], strict=True)
    )
    with pytest.raises(InputError, match=f"row 2, column {column}"):
        read_consent("consent.csv", saved([CONSENT, list((good | {column: cell}).values())]))


def test_bleeps_are_read() -> None:
    (found,) = read_bleeps(
        "bleeps.csv",
        b"contributor,name,caption_as,may_sound_like,sound\namara,Sister Pargeter,[a name],Pargiter; "
        b"Pargetta,Pargeter\n",
    )
    assert (found.sounds_like, found.sound) == (("Pargiter", "Pargetta"), "Pargeter")


def test_other_names_and_what_of_a_name_may_stay_are_lists() -> None:
    (found,) = read_bleeps("bleeps.csv", b"contributor,name,may_stay\namara,Sister Pargeter,Sister; nurse\n")
    assert found.may_stay == ("Sister", "nurse")
    row = ["dev", "A patient", "training", "name", "2025-01-01", "", "", "", "Dev ; Devendra"]
    (consent,) = read_consent("consent.csv", saved([[*CONSENT, "known_as"], row]))
    assert consent.known_as == ("Dev", "Devendra")


def test_what_is_shown_in_the_place_of_a_name_is_no_sentence() -> None:
    head = b"contributor,name,caption_as\namara,Sister Pargeter,"
    (found,) = read_bleeps("bleeps.csv", head + b"[a nurse on the ward]\n")
    assert found.caption_as == "[a nurse on the ward]"
    with pytest.raises(InputError, match="nobody approved so many"):
        read_bleeps("bleeps.csv", head + b"[a nurse who said that she never listens]\n")
