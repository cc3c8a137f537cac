"""Spreadsheets as groups keep them: read as they look, or told by cell. What is shown as gone is not
approved.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, time, timedelta
from time import process_time
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font

from pipeline.errors import InputError
from pipeline.production.lists import read_bleeps, read_consent, read_quotes
from pipeline.production.problems import Problems
from pipeline.production.quotes import Consent, Quote
from pipeline.production.workbook import MAX_ROWS

QUOTES = "id contributor source text theme use approved_by approved_on notes in out".split()
CONSENT = "contributor display_name scope anonymise given_on expires_on withdrawn_on notes".split()
BLEEPS = "contributor name caption_as notes".split()
STRUCK = Font(strike=True)

Book, Sheet = openpyxl.Workbook, Any
Change = Callable[[Any], object]


def quote(name: str = "q01", **cells: object) -> list[object]:
    known: dict[str, object] = {
        "id": name,
        "contributor": "amara",
        "source": "amara",
        "text": "They saw me.",
        "theme": "label",
        "use": "training;workshop",
        "approved_by": "Tuesday group",
        "approved_on": date(2025, 5, 13),
        "notes": None,
        "in": None,
        "out": None,
    }
    return list((known | cells).values())


def person(name: str = "amara", **cells: object) -> list[object]:
    known: dict[str, object] = {
        "contributor": name,
        "display_name": name.title(),
        "scope": "training",
        "anonymise": "none",
        "given_on": date(2025, 3, 4),
        "expires_on": None,
        "withdrawn_on": None,
        "notes": None,
    }
    return list((known | cells).values())


def book(rows: list[list[Any]], change: Change = lambda _: None, head: list[str] | None = None) -> bytes:
    """A workbook of one sheet, "Quotes", changed by hand."""
    made, out = openpyxl.Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Quotes"
    for row in [QUOTES if head is None else head, *rows]:
        sheet.append(row)
    change(sheet)
    made.save(out)
    return out.getvalue()


def told(data: bytes, file: str = "quotes.xlsx") -> tuple[list[Quote], list[str], list[str]]:
    """The quotes that were read, the problems and the notes."""
    problems = Problems()
    try:
        found = read_quotes(file, data, problems)
    except InputError as problem:
        problems.add(problem)
        found = ()
    return list(found), [str(one) for one in problems.sorted], problems.notes


def read(data: bytes) -> list[Quote]:
    found, problems, _ = told(data)
    assert problems == []
    return found


def only_problem(data: bytes) -> str:
    _, (problem,), _ = told(data)
    return problem


# Shown as gone ----------------------------------------------------------------------------------


def strike(*cells: str) -> Change:
    def change(sheet: Sheet) -> None:
        for cell in cells:
            sheet[cell].font = STRUCK

    return change


def strike_a_part(sheet: Sheet) -> None:
    struck = TextBlock(InlineFont(strike=True), " She was lovely.")
    sheet["D2"] = CellRichText(["The receptionist was fine.", struck])


def hide_row(sheet: Sheet) -> None:
    sheet.auto_filter.ref = "A1:K2"
    sheet.row_dimensions[2].hidden = True


def no_height(sheet: Sheet) -> None:
    sheet.row_dimensions[2].height = 0.5


def comment(text: str, cell: str = "D2") -> Change:
    return lambda sheet: setattr(sheet[cell], "comment", Comment(text, "Jo"))


def note(text: str, cell: str = "I2") -> Change:
    return lambda sheet: sheet.__setitem__(cell, text)


def own_column(name: str, text: object) -> Change:
    def change(sheet: Sheet) -> None:
        sheet["L1"], sheet["L2"] = name, text

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (strike(*(f"{letter}2" for letter in "ABCDEFGHI")), '"q01" is struck out in cell A2 (id)'),
        (strike("D2"), '"They saw me." is struck out in cell D2 (text)'),
        (strike("G2"), '"Tuesday group" is struck out in cell G2 (approved_by)'),
        (strike_a_part, '"She was lovely." is struck out in cell D2 (text)'),
        (hide_row, "the row is hidden"),
        (no_height, "the row is hidden"),
        (comment("Withdrawn, see mail"), 'a comment on cell D2 says "withdrawn"'),
        (comment("DO NOT USE!"), 'a comment on cell D2 says "do not use"'),
        (comment("not approved", "A2"), 'a comment on cell A2 says "not approved"'),
        (comment("pending", "Z2"), 'a comment on cell Z2 says "pending"'),
        (note("WITHDRAWN by phone 3 Feb"), 'cell I2 (notes) says "withdrawn"'),
        (note("tbc"), 'cell I2 (notes) says "tbc"'),
        (note("zurückgezogen"), 'says "zurückgezogen"'),
        (note("withdrawn", "N2"), 'cell N2 (beside the list) says "withdrawn"'),
        (own_column("Status", "Withdrawn"), 'cell L2 (status) says "withdrawn"'),
        (own_column("Status", "pending pictures"), 'cell L2 (status) says "pending pictures"'),
        (own_column("Status", "On hold"), 'cell L2 (status) says "on hold"'),
        (own_column("OK to use", "no"), 'cell L2 (ok_to_use) says "no"'),
        (own_column("OK to use", False), 'cell L2 (ok_to_use) says "FALSE"'),
        (own_column("Approved?", "❌"), 'cell L2 (approved?) says "❌"'),
        (own_column("Consent", "n"), 'cell L2 (consent) says "n"'),
        (own_column("Withdrawn?", "x"), 'cell L2 (withdrawn?) says "x"'),
    ],
)
def test_what_is_shown_as_gone_does_not_count_as_approved(change: Change, says: str) -> None:
    (found,) = read(book([quote()], change))
    assert says in found.void and found.approved_by == ""
    assert found.where == "quotes.xlsx, sheet Quotes, row 2"


@pytest.mark.parametrize(
    "change",
    [
        strike("I2"),
        note("Valid until withdrawn"),
        note("She may withdraw at any time"),
        note("Do not use her surname"),
        comment("Lovely!"),
        comment("has not withdrawn"),
        own_column("Status", "filmed"),
        own_column("OK to use", "yes"),
        own_column("Approved?", "✓"),
        own_column("Withdrawn?", "no"),
        lambda sheet: setattr(sheet.column_dimensions["I"], "hidden", True),
        lambda sheet: strike("A3")(sheet),
    ],
)
def test_what_only_looks_like_it_counts(change: Change) -> None:
    (found,) = read(book([quote()], change))
    assert (found.void, found.approved_by) == ("", "Tuesday group")


def block(area: str, text: str) -> Change:
    """Two rows more under a text that is merged over cells."""

    def change(sheet: Sheet) -> None:
        sheet.insert_rows(2)
        sheet.append(quote("q02"))
        sheet[area.partition(":")[0]] = text
        if ":" in area:
            sheet.merge_cells(area)

    return change


def title(text: str) -> Change:
    def change(sheet: Sheet) -> None:
        sheet.insert_rows(1, 2)
        sheet["A1"] = text

    return change


def footer(sheet: Sheet) -> None:
    sheet["A4"] = "All of these are withdrawn"


def sheet_name(name: str) -> Change:
    return lambda sheet: setattr(sheet, "title", name)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (block("A2:I2", "WITHDRAWN - do not use any of these"), 'the heading in row 2 says "withdrawn"'),
        (block("A2", "Not approved yet"), 'the heading in row 2 says "not approved"'),
        (block("M2:M4", "withdrawn by phone"), 'cells M2:M4, merged, say "withdrawn"'),
        (title("DRAFT LIST - NOT APPROVED"), 'cell A1, above the list, says "not approved"'),
        (title("Draft"), 'cell A1, above the list, says "Draft"'),
        (sheet_name("OLD - do not use"), 'the name of the sheet says "do not use"'),
        (comment("Do not use this list - withdrawn", "A1"), "a comment on cell A1, above the rows, says"),
        (comment("on hold", "H1"), 'a comment on cell H1, above the rows, says "on hold"'),
        (strike("G1"), 'the heading "approved_by" of column G is struck out'),
        (footer, 'row 4, below the list, says "withdrawn"'),
    ],
)
def test_what_stands_over_rows_is_said_of_each(change: Change, says: str) -> None:
    found = read(book([quote()], change))
    assert found
    assert all(says in one.void and one.approved_by == "" for one in found)


@pytest.mark.parametrize(
    "change",
    [
        block("A2:I2", "BEFORE"),
        title("Approved quotes"),
        sheet_name("Approved"),
        comment("Who said yes?", "G1"),
        strike("I1"),
    ],
)
def test_what_stands_over_rows_and_refuses_nothing_is_let_be(change: Change) -> None:
    found = read(book([quote()], change))
    assert found
    assert not any(one.void for one in found)


def threaded(said: str) -> bytes:
    """A comment as Excel keeps it now: in a part of its own, and a copy for older programs."""
    copy = "[Threaded comment] You can read this; edits get removed in a newer version. Comment: " + said
    data, out = book([quote()], comment(copy)), io.BytesIO()
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    relation = f'<Relationship Id="t1" Type="{kind}" Target="/xl/threadedComments/t1.xml"/></Relationships>'
    said_there = f'<threadedComment ref="D2"><text>{said}</text></threadedComment>'
    part = f"<ThreadedComments>{said_there}</ThreadedComments>"
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/_rels/sheet1.xml.rels":
                text = text.replace(b"</Relationships>", relation.encode())
            new.writestr(name, text)
        new.writestr("xl/threadedComments/t1.xml", part)
    return out.getvalue()


@pytest.mark.parametrize(("said", "gone"), [("Lovely!", False), ("Ben opted out", True)])
def test_a_thread_of_comments_is_read_and_not_what_excel_says_of_it(said: str, *, gone: bool) -> None:
    (found,) = read(threaded(said))
    assert bool(found.void) is gone


def test_a_heading_counts_down_to_the_next() -> None:
    rows = [quote(), ["WITHDRAWN"], quote("q02"), ["BEFORE"], quote("q03")]

    def merged(sheet: Sheet) -> None:
        for number in (3, 5):
            sheet.merge_cells(f"A{number}:I{number}")

    assert [bool(one.void) for one in read(book(rows, merged))] == [False, True, False]


def test_what_a_person_says_in_merged_words_refuses_nothing() -> None:
    rows = [quote(text="I did not consent."), quote("q02", text=None)]
    assert not any(one.void for one in read(book(rows, lambda sheet: sheet.merge_cells("D2:D3"))))


def test_a_name_to_hide_holds_under_a_title_that_refuses() -> None:
    data = book([["amara", "Quince", "[ward]", ""]], title("Not approved"), BLEEPS)
    assert [one.name for one in read_bleeps("bleeps.xlsx", data)] == ["Quince"]


STROKE = "".join(letter + "\u0336" for letter in "They saw me.")
CSV_HEAD = b"id,contributor,source,text,theme,use,approved_by,approved_on\n"


@pytest.mark.parametrize(
    "text", ["~~They saw me.~~", STROKE, "I went. ~~They saw me.~~", "<s>They saw me.</s>"]
)
@pytest.mark.parametrize("file", ["quotes.csv", "quotes.xlsx"])
def test_what_is_struck_out_by_signs_is_struck_out(text: str, file: str) -> None:
    line = f"q01,amara,amara,{text},label,training,Jo,2025-05-13\n".encode()
    (found,) = read(book([quote(text=text)])) if file.endswith("xlsx") else told(CSV_HEAD + line, file)[0]
    assert '"They saw me." is struck out' in found.void and found.approved_by == ""


@pytest.mark.parametrize("text", ["About ~10 to ~20 of us", "5 < 6 and 7 > 6", "Caf\u00e9 ~"])
def test_other_signs_strike_nothing_out(text: str) -> None:
    assert read(book([quote(text=text)]))[0].void == ""


def test_a_row_that_is_struck_out_by_signs_and_written_anew_counts_as_it_is_now() -> None:
    found, problems, notes = told(book([quote("~~q01~~", text="~~Then.~~"), quote()]))
    assert [(one.text, one.void) for one in found] == [("They saw me.", "")] and not problems
    assert "row 2: q01 is struck out; row 3 counts" in notes[0]


def test_a_row_without_an_id_that_does_not_count_is_told() -> None:
    rows = [quote("Withdrawn, all"), quote("q02")]
    found, problems, notes = told(book(rows, strike("A2")))
    assert [one.id for one in found] == ["q02"] and not problems
    assert "row 2: does not count" in notes[0]


def test_a_consent_that_is_shown_as_gone_is_none() -> None:
    data = book([person(), person("ben", notes="withdrew by phone")], strike("C2"), CONSENT)
    amara, ben = read_consent("consent.xlsx", data)
    assert "struck out in cell C2 (scope)" in amara.void and 'says "withdrew"' in ben.void


def test_a_name_is_hidden_though_its_row_is_struck_out_or_hidden() -> None:
    def change(sheet: Sheet) -> None:
        strike("B2")(sheet)
        sheet.row_dimensions[3].hidden = True

    problems = Problems()
    rows = [["amara", "Sister Pargeter", "[a name]", ""], ["amara", "Quince", "[ward]", "withdrawn"]]
    found = read_bleeps("bleeps.xlsx", book(rows, change, BLEEPS), problems)
    assert [one.name for one in found] == ["Sister Pargeter", "Quince"]
    assert len(problems.notes) == 2 and "hidden all the same" in problems.notes[0]


def test_a_row_that_is_struck_out_and_written_anew_counts_as_it_is_now() -> None:
    rows = [quote(text="They saw me then."), quote()]
    found, problems, notes = told(book(rows, strike(*(f"{letter}2" for letter in "ABCDEFGH"))))
    assert [(one.text, one.void) for one in found] == [("They saw me.", "")] and not problems
    assert notes == ["quotes.xlsx, sheet Quotes, row 2: q01 is struck out; row 3 counts"]
    # of two rows of one name, none is taken because the other says that she withdrew
    assert "already in row 2" in only_problem(book([quote(), quote(notes="withdrawn")]))
    people = [person(), person(notes="withdrew")]
    with pytest.raises(InputError, match="already in row 2"):
        read_consent("consent.xlsx", book(people, head=CONSENT))


def test_nothing_needs_to_be_right_in_a_row_that_does_not_count() -> None:
    (found,) = read(book([quote(text=None, use="everything", approved_on="soon")], hide_row))
    assert (found.id, found.use) == ("q01", set()) and found.void
    (amara,) = read_consent("c.xlsx", book([person(anonymise=None)], hide_row, CONSENT))
    assert amara.void and amara.scope == {"training"}


def test_a_rule_that_strikes_out_is_told() -> None:
    def change(sheet: Sheet) -> None:
        rule = CellIsRule(operator="equal", formula=['"q01"'], font=STRUCK)
        sheet.conditional_formatting.add("A2:A9", rule)

    assert "conditional formatting" in told(book([quote()], change))[2][0]


# Where the list is ------------------------------------------------------------------------------


def title_above(sheet: Sheet) -> None:
    sheet.insert_rows(1, 2)
    sheet["A1"] = "Approved quotes - Tuesday group"
    sheet.merge_cells("A1:I1")


def read_me(sheet: Sheet) -> None:
    sheet.parent.create_sheet("Read me", 0)["A1"] = "How to fill this in"


def second_list(state: str) -> Change:
    def change(sheet: Sheet) -> None:
        other = sheet.parent.create_sheet("Old")
        other.append(QUOTES)
        other.append(quote("q99"))
        other.sheet_state = state

    return change


@pytest.mark.parametrize(
    "change",
    [title_above, read_me, second_list("hidden"), second_list("veryHidden"), own_column("Duration", "2")],
)
def test_the_list_is_found(change: Change) -> None:
    assert [one.id for one in read(book([quote()], change))] == ["q01"]


def test_two_lists_are_refused_and_both_named() -> None:
    said = only_problem(book([quote()], second_list("visible")))
    assert 'on the sheets "Quotes" and "Old"' in said


def test_a_list_on_a_hidden_sheet_is_not_read_and_is_named() -> None:
    def change(sheet: Sheet) -> None:
        read_me(sheet)
        sheet.sheet_state = "hidden"

    assert "the sheet Quotes has some, and is hidden" in only_problem(book([quote()], change))


@pytest.mark.parametrize("name", ["Approved By", "approved-by", " APPROVED_BY: ", "approved\u00a0by"])
def test_a_column_is_known_whatever_its_case_and_blanks(name: str) -> None:
    head = [name if column == "approved_by" else column for column in QUOTES]
    assert read(book([quote()], head=head))[0].approved_by == "Tuesday group"


@pytest.mark.parametrize(
    ("name", "meant"),
    [("approvd_by", "approved_by"), ("Approved", "approved"), ("used", "use"), ("Sources", "source")],
)
def test_a_column_that_is_nearly_one_of_ours_is_told(name: str, meant: str) -> None:
    said = only_problem(book([quote()], own_column(name, "")))
    assert f'has a column "{name}" that is not known' in said and f'did you mean "{meant}' in said


@pytest.mark.parametrize(
    "name", ["Checked by", "Duration", "Who films", "Ort", "Date of filming", "Approx. length"]
)
def test_a_column_of_the_groups_own_is_let_be(name: str) -> None:
    assert read(book([quote()], own_column(name, "J")))[0].approved_by == "Tuesday group"


def test_withdrawal_in_the_register_under_another_name_is_told() -> None:
    data = book([[*person(), "yes"]], head=[*CONSENT, "Withdrawn"])
    with pytest.raises(InputError, match='did you mean "withdrawn_on"'):
        read_consent("consent.xlsx", data)


@pytest.mark.parametrize(("letter", "name"), [("G", "approved_by"), ("D", "text"), ("F", "use")])
def test_a_hidden_column_is_told_once(letter: str, name: str) -> None:
    def change(sheet: Sheet) -> None:
        sheet.column_dimensions[letter].hidden = True

    said = only_problem(book([quote(), quote("q02")], change))
    assert f"sheet Quotes: column {letter} ({name}) is hidden" in said


def test_hidden_columns_that_are_grouped_are_each_seen() -> None:
    data = book([quote()], lambda sheet: sheet.column_dimensions.group("F", "H", hidden=True))
    assert len(told(data)[1]) == 3


# Cells ------------------------------------------------------------------------------------------


def test_a_value_that_is_merged_over_rows_counts_for_each_and_is_told() -> None:
    rows = [quote(), quote("q02", contributor=None, approved_by=None, approved_on=None)]

    def change(sheet: Sheet) -> None:
        for letter in "BGH":
            sheet.merge_cells(f"{letter}2:{letter}3")

    found, problems, notes = told(book(rows, change))
    assert not problems and len(notes) == 3
    assert (found[1].contributor, found[1].approved_by) == ("amara", "Tuesday group")
    assert notes[0] == 'quotes.xlsx, sheet Quotes, cells B2:B3 are merged: "amara" counts for each row'


def test_a_merge_over_all_rows_of_a_sheet_is_soon_done_with() -> None:
    """The area is as large as a sheet can be; the file says so in twenty letters."""
    data = book([quote(), quote("q02", contributor=None)], lambda sheet: sheet.merge_cells("B2:B4"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"B2:B4", b"B2:B1048576"))
    assert [one.contributor for one in read(out.getvalue())] == ["amara", "amara"]


def test_what_is_merged_across_columns_is_asked_about_and_a_heading_is_passed_over() -> None:
    said = only_problem(book([quote()], lambda sheet: sheet.merge_cells("B2:C2")))
    assert "cells B2:C2 are merged across columns" in said

    def heading(sheet: Sheet) -> None:
        sheet["A3"] = "BEFORE"
        sheet.merge_cells("A3:I3")
        sheet.append(quote("q02"))

    found, problems, notes = told(book([quote()], heading))
    assert [one.id for one in found] == ["q01", "q02"] and not problems
    assert '"BEFORE" is a heading' in notes[0]


def test_signs_that_nobody_sees_are_dropped_in_every_cell() -> None:
    dirty = "\u200b\ufeffamara\u00ad\u2060"
    row = quote("q\u200b01", contributor=dirty, text="They\u00a0saw the la\u00adbel\u200b,\u2028before.")
    (found,) = read(book([row]))
    assert (found.id, found.contributor, found.text) == ("q01", "amara", "They saw the label,\nbefore.")


def test_joiners_stay_where_a_script_needs_them() -> None:
    persian = "می\u200cخواهم"
    assert read(book([quote(text=persian)]))[0].text == persian
    assert read(book([quote(text="a\u200cb c")]))[0].text == "ab c"


@pytest.mark.parametrize(
    "written", ["13 May 2025", "13.05.2025", "13/05/2025", "13. Mai 2025", "May 13, 2025", "13 mai 2025"]
)
def test_days_as_people_write_them(written: str) -> None:
    assert read(book([quote(approved_on=written)]))[0].approved_on == date(2025, 5, 13)


@pytest.mark.parametrize(
    ("settles", "wanted"), [("13/05/2025", date(2025, 4, 3)), ("5/13/2025", date(2025, 3, 4))]
)
def test_a_column_settles_its_days(settles: str, wanted: date) -> None:
    rows = [quote(approved_on="03/04/2025"), quote("q02", approved_on=settles)]
    assert read(book(rows))[0].approved_on == wanted


@pytest.mark.parametrize("others", [["04/05/2025"], ["13/05/2025", "5/13/2025"]])
def test_days_that_nothing_settles_are_asked_about_once_with_both_readings(others: list[str]) -> None:
    rows = [
        quote(approved_on="03/04/2025"),
        *(quote(f"r{n}", approved_on=day) for n, day in enumerate(others)),
    ]
    said = only_problem(book(rows))
    assert "cell H2 (approved_on)" in said and "2025-04-03 or 2025-03-04" in said


def test_days_that_a_spreadsheet_may_have_turned_round_are_told() -> None:
    text = quote("q02", approved_on="13/05/2025")
    assert (
        "H2 is a date whose day could be its month"
        in told(book([quote(approved_on=date(2025, 3, 4)), text]))[2][0]
    )
    assert not told(book([quote(approved_on=date(2025, 3, 14)), text]))[2]
    assert not told(book([quote(approved_on=date(2025, 3, 4)), quote("q02", approved_on="13 May 2025")]))[2]


def test_a_day_that_is_only_a_number_is_told() -> None:
    assert "45790 is a day as spreadsheets count them" in only_problem(book([quote(approved_on=45790)]))


def test_whole_minutes_in_a_time_cell_are_asked_about_and_seconds_are_read() -> None:
    rows = [
        quote(**{"in": time(0, 20), "out": time(0, 23)}),
        quote("q02", **{"in": time(0, 30), "out": time(0, 31)}),
    ]
    _, problems, _ = told(book(rows))
    assert len(problems) == 2  # one for each column
    assert "cell J2 (in), and J3" in problems[0] and "was 0:20 typed" in problems[0]
    long = quote(**{"in": timedelta(minutes=65), "out": timedelta(minutes=66)})
    assert "was 1:05 typed" in told(book([long]))[1][0]
    exact = quote(**{"in": time(0, 0, 20), "out": time(0, 0, 22, 500000)})
    assert str(read(book([exact]))[0].pinned_times) == "0:00:20.000–0:00:22.500"
    number = quote(**{"in": 20.5, "out": 23})
    assert str(read(book([number]))[0].pinned_times) == "0:00:20.500–0:00:23.000"


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ('=CONCATENATE("a ","b")', "cell D2 (text): is a formula whose result was not saved"),
        ("#REF!", "cell D2 (text): is an error: #REF!"),
        ("x" * 5001, "cell D2 (text): has 5001 characters"),
    ],
)
def test_a_cell_that_says_nothing_is_told(cell: str, says: str) -> None:
    assert says in only_problem(book([quote(text=cell)]))


def test_a_day_that_is_another_every_day_approves_nothing() -> None:
    assert "is TODAY()" in only_problem(book([quote(approved_on="=TODAY()")]))


def test_a_column_without_a_name_is_the_groups_own_in_csv_as_well() -> None:
    head = "id,contributor,source,text,theme,use,approved_by,approved_on,,\n"
    row = "q1,amara,amara,one two,t,training,Jo,2025-05-13,{},\n"
    assert not told((head + row.format("seen")).encode(), "quotes.csv")[0][0].void
    assert "withdrawn" in told((head + row.format("withdrawn")).encode(), "quotes.csv")[0][0].void
    too_many = (head + row.format("seen") + "q2,amara,amara,x,t,training,Jo,2025-05-13,,,more\n").encode()
    assert "has 11 cells where the header has 10" in only_problem(too_many)


def test_csv_files_are_held_to_the_same() -> None:
    data = (
        b"Our approved quotes;;;;;;;;\n\n"
        b"id;Contributor;source;text;theme;use;Approved by;approved_on;notes;Status\n"
        b"Q1;Amara;amara;one two;t;Training;Jo;13.05.2025;;\n"
        b"q2;amara;amara;three;t;training;Jo;13 May 2025;WITHDRAWN;\n"
        b"q3;amara;amara;#N/A;t;training;Jo;2025-05-13;;\n"
    )
    found, problems, _ = told(data, "quotes.csv")
    assert [(one.id, one.contributor, one.void) for one in found] == [
        ("q1", "amara", ""),
        ("q2", "amara", 'column notes says "withdrawn"'),
    ]
    assert problems == [
        "quotes.csv row 6, column text: is no text: #N/A\n  → write what it should say into the cell"
    ]


# Words and names --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "step"),
    [
        ("training / workshop", 'write "training;workshop"'),
        ("training and workshop", 'write "training;workshop"'),
        ("traning", 'did you mean "training"?'),
        ("traning, public", 'did you mean "training"?'),
        ("training only", "use one of"),
    ],
)
def test_no_suggestion_leaves_out_a_part_of_what_is_written(use: str, step: str) -> None:
    assert step in only_problem(book([quote(use=use)]))


@pytest.mark.parametrize(
    "use", ["training, workshop", "Training;Workshop ", "training;\nworkshop", "workshop,training"]
)
def test_words_that_can_be_read_in_one_way_are_read(use: str) -> None:
    assert read(book([quote(use=use)]))[0].use == {"training", "workshop"}


def test_one_theme_is_one_theme() -> None:
    rows = [quote(theme="Hope "), quote("q02", theme="hope"), quote("q03", theme=" HOPE\u200b")]
    assert {one.theme for one in read(book(rows))} == {"Hope"}


@pytest.mark.parametrize(
    ("anonymise", "says"),
    [
        ("", "is empty: nobody wrote down"),
        (None, "is empty: nobody wrote down"),
        ("nome", 'did you mean "name"?'),
        ("non", "use one of"),
        ("none;face", "says none, and face"),
    ],
)
def test_a_wish_that_is_not_clear_is_a_question(anonymise: str | None, says: str) -> None:
    with pytest.raises(InputError) as refused:
        read_consent("consent.xlsx", book([person(anonymise=anonymise)], head=CONSENT))
    assert "cell D2 (anonymise)" in refused.value.where and says in str(refused.value)
    assert 'mean "none"' not in refused.value.next_step


@pytest.mark.parametrize(("anonymise", "wanted"), [("none", set()), ("Face, voice", {"face", "voice"})])
def test_a_wish_that_is_clear_is_read(anonymise: str, wanted: set[str]) -> None:
    found: tuple[Consent, ...] = read_consent("c.xlsx", book([person(anonymise=anonymise)], head=CONSENT))
    assert found[0].anonymise == wanted


@pytest.mark.parametrize("by", ["pending", "no", "?", "-", "n/a", "not yet", "tbc", "Ben (tbc)", "x", "yes"])
def test_nobody_approves_nothing(by: str) -> None:
    (found,) = read(book([quote(approved_by=by)]))
    assert found.approved_by == "" and f'approved_by says "{by}", which is nobody' in found.void


# Bounds -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_list_that_is_too_long_is_refused_and_one_that_is_not_is_read() -> None:
    row = b"q%d,amara,amara,they saw,t,training,Jo,2025-05-13\n"
    head = b"id,contributor,source,text,theme,use,approved_by,approved_on\n"
    assert len(told(head + b"".join(row % n for n in range(MAX_ROWS - 1)), "quotes.csv")[0]) == MAX_ROWS - 1
    assert "has more than" in told(head + b"".join(row % n for n in range(MAX_ROWS + 1)), "quotes.csv")[1][0]
    assert "has more than" in told(head + b",\n" * 60_000, "quotes.csv")[1][0]
    assert "has 600 columns" in told(b",".join([b"id"] * 600) + b"\n", "quotes.csv")[1][0]


@pytest.mark.parametrize(
    "more", [b"<row/>" * 400_000, b"<c/>" * 400_000, b"<a>" * 200_000 + b"</a>" * 200_000]
)
def test_a_small_file_with_a_sheet_without_end_is_refused_in_a_moment(more: bytes) -> None:
    data, out = book([quote()]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"</sheetData>", more + b"</sheetData>"))
    began = process_time()
    assert "too many cells" in only_problem(out.getvalue())
    assert process_time() - began < 1


def test_blank_rows_that_are_only_formatted_are_no_rows() -> None:
    def change(sheet: Sheet) -> None:
        for row in range(3, MAX_ROWS * 2):
            sheet.row_dimensions[row].height = 20

    assert len(read(book([quote()], change))) == 1


# Ten kinds of mess ------------------------------------------------------------------------------


def test_one_workbook_with_ten_kinds_of_mess_is_told_in_one_run() -> None:
    rows = [
        quote("q01", approved_on="13 May 2025"),  # a day as text
        quote("q02", use="training, workshop"),  # a comma
        quote("q03", text="The la\u00adbel\u200b first."),  # out of a word processor
        quote("q04", contributor=None, approved_by=None),  # merged with the row above
        quote("q05"),  # struck out
        quote("q06"),  # hidden by a filter
        quote("q07", approved_by="pending"),
        quote("q08", notes="Withdrawn 3 Feb"),
        quote("q09", text='=CONCATENATE("a","b")'),
        quote("q10", approved_on="soon", use="trainin"),
        quote("q10"),  # twice
        quote("q12", **{"in": time(0, 20), "out": time(0, 23)}),
    ]

    def moved(sheet: Sheet) -> None:
        read_me(sheet)
        own_column("Duration", "0:02")(sheet)
        for letter in "BG":
            sheet.merge_cells(f"{letter}4:{letter}5")
        strike(*(f"{letter}6" for letter in "ABCDEFGHI"))(sheet)
        sheet.row_dimensions[7].hidden = True

    found, problems, notes = told(book(rows, moved))
    assert [(one.id, one.approved_by, bool(one.void)) for one in found] == [
        ("q01", "Tuesday group", False),
        ("q02", "Tuesday group", False),
        ("q03", "Tuesday group", False),
        ("q04", "Tuesday group", False),
        ("q05", "", True),
        ("q06", "", True),
        ("q07", "", True),
        ("q08", "", True),
        ("q10", "Tuesday group", False),
        ("q12", "Tuesday group", False),
    ]
    cells = [problem.partition(":")[0].removeprefix("quotes.xlsx, sheet Quotes, ") for problem in problems]
    assert cells == [
        "cell J13 (in)",
        "cell K13 (out)",
        "cell A12 (id)",
        "cell D10 (text)",
        "cell F11 (use)",
        "cell H11 (approved_on)",
    ]
    assert len(notes) == 2
    with pytest.raises(InputError, match="6 problems, the most serious first"):
        read_quotes("quotes.xlsx", book(rows, moved))
