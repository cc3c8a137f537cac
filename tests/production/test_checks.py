"""One run tells every problem of a production, the most serious first; each bound is an error in a moment."""

from __future__ import annotations

import json
import pickle
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.main import main
from pipeline.errors import ConfigError, InputError, OurwordsError
from pipeline.production.load import examined, load

TOML = """\
[film]
title = "A small film"

[[source]]
id = "amara"
file = "footage/amara.mp4"
contributor = "amara"

[[source]]
id = "ben"
file = "footage/ben.mp4"
contributor = "ben"

[[scene]]
title = "One"
quotes = ["q01", "q02"]
"""
QUOTES = """\
id,contributor,source,text,theme,use,approved_by,approved_on
q01,amara,amara.mp4,we chose these words,t,training,the group,2025-05-13
q02,ben,ben.mp4,these words,t,training,the group,2025-05-13
"""
CONSENT = """\
contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on
amara,Amara,training,none,2025-03-04,,
ben,Ben,training,none,2025-03-04,,
"""

Make = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    def make(toml: str = TOML, quotes: str = QUOTES, consent: str = CONSENT) -> Path:
        (tmp_path / "footage").mkdir()
        for name in ("amara.mp4", "ben.mp4"):
            (tmp_path / "footage" / name).write_bytes(b"")
        for name, text in {"production.toml": toml, "quotes.csv": quotes, "consent.csv": consent}.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return make


def problems(root: Path) -> list[OurwordsError]:
    return examined(root)[1].sorted


def only(root: Path) -> OurwordsError:
    (problem,) = problems(root)
    return problem


def test_a_good_production_has_no_problem(made: Make) -> None:
    assert load(made()).notes == ()


def test_one_run_tells_all_problems_of_all_files_the_most_serious_first(made: Make) -> None:
    root = made(
        TOML.replace('title = "One"', 'titel = "One"').replace("[film]", '[film]\nrat = "25"'),
        QUOTES.replace("training,the", "trainin,the").replace("2025-05-13\nq02", "soon\nq02"),
        CONSENT.replace("Ben,training,none", "Ben,training,"),
    )
    with pytest.raises(OurwordsError) as stopped:
        load(root)
    assert [one.where for one in stopped.value.problems] == [
        "consent.csv row 3, column anonymise",
        "production.toml, film.rat",
        "production.toml, scene.1.title",
        "production.toml, scene.1.titel",
        "quotes.csv row 2, column use",
        "quotes.csv row 2, column approved_on",
        "quotes.csv row 3, column use",
    ]
    assert stopped.value.exit_code == InputError.exit_code and stopped.value.next_step
    assert str(stopped.value).startswith("7 problems, the most serious first\n1. consent.csv row 3")


def test_all_references_and_all_files_are_told(made: Make) -> None:
    root = made(
        TOML.replace('["q01", "q02"]', '["q01", "q20", "q02"]\npause = [{ quote = "q9" }]').replace(
            "[film]", '[captions]\nfont = "Own.ttf"\n[film]'
        ),
        QUOTES.replace("ben.mp4", "bem.mp4"),
    )
    (root / "footage" / "amara.mp4").unlink()
    assert [str(one).partition("\n")[0] for one in problems(root)] == [
        'production.toml, captions.font: no file "Own.ttf"',
        'production.toml, source.amara.file: no file "footage/amara.mp4"',
        'production.toml, scene 1: no quote "q20" in the quote list',
        'production.toml, scene 1: "q9" is not in the quotes of scene 1',
        'quotes.csv row 3, column source: "bem.mp4" is no source of this production',
    ]


def test_nothing_more_is_said_of_a_row_that_cannot_be_read(made: Make) -> None:
    assert only(made(quotes=QUOTES.replace("q02,ben,ben.mp4,these words", "q02,ben,ben.mp4,"))).where == (
        "quotes.csv row 3, column text"
    )


def test_a_row_with_a_comma_too_many_is_told_once(made: Make) -> None:
    assert (
        "where the header has 8"
        in only(made(quotes=QUOTES.replace("these words,", "yes, these words,", 1))).what
    )


def test_a_blank_id_hides_no_other_problem(made: Make) -> None:
    root = made(
        TOML.replace('"q02"]', '"q02", "q03"]'), QUOTES + ",ben,ben,a word,t,training,Jo,2025-05-13\n"
    )
    assert [one.what for one in problems(root)] == ["is empty", 'no quote "q03" in the quote list']


def test_a_list_that_the_system_cannot_read_keeps_the_systems_code(
    made: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, real = made(), Path.open

    def broken(path: Path, *given: Any, **more: Any) -> Any:
        if path.name == "quotes.csv":
            raise OSError(5, "Input/output error")
        return real(path, *given, **more)

    monkeypatch.setattr(Path, "open", broken)
    assert only(root).exit_code == 74 and "Input/output error" in str(only(root))


def test_nothing_is_said_of_what_refers_to_a_list_that_is_not_there(made: Make) -> None:
    root = made()
    (root / "quotes.csv").unlink()
    assert only(root).what == "no quotes.csv or quotes.xlsx"


@pytest.mark.parametrize("name", ["Quotes.csv", "quotes.ods", "quotes (1).xlsx"])
def test_a_list_under_nearly_its_name_is_pointed_out(name: str, made: Make) -> None:
    root = made()
    (root / "quotes.csv").rename(root / name)
    assert f'name "{name}" quotes.xlsx or quotes.csv' in only(root).next_step


def test_of_many_rows_that_do_not_count_some_are_told_and_the_rest_counted(made: Make) -> None:
    rows = "".join(f"r{n},amara,amara,some words,t,training,pending,2025-05-13\n" for n in range(20))
    told = load(made(quotes=QUOTES + rows)).told
    assert len(told) == 9 and told[-1] == "Note: and 12 more like these: `ourwords check` lists them"


# Suggestions ------------------------------------------------------------------------------------


def test_a_missing_file_is_never_another_persons(made: Make) -> None:
    root = made()
    (root / "footage" / "ben.mp4").unlink()
    assert "amara" not in str(only(root))
    (root / "footage" / "Ben.MP4").write_bytes(b"")
    assert only(root).next_step == 'did you mean "Ben.MP4"?'


def test_a_file_that_is_named_for_another_contributor_is_not_suggested(made: Make) -> None:
    root = made(consent=CONSENT + "bea,Bea,training,none,2025-03-04,,\n")
    (root / "footage" / "ben.mp4").rename(root / "footage" / "bea.mp4")
    assert "bea" not in only(root).next_step


def test_a_source_that_is_none_is_suggested_of_ones_own_only(made: Make) -> None:
    assert "amara" not in only(made(quotes=QUOTES.replace("ben,ben.mp4", "ben,amar.mp4"))).next_step


def test_ids_are_the_same_in_capitals(made: Make) -> None:
    production = load(
        made(
            TOML.replace('["q01"', '["Q01 "').replace('"ben"\nfile', '"Ben"\nfile'),
            QUOTES.replace("ben.mp4", "BEN.mp4"),
        )
    )
    assert production.in_scenes == ("q01", "q02") and "ben" in production.source


# What does not count ----------------------------------------------------------------------------


def test_footage_of_somebody_whose_consent_does_not_count_is_not_opened(made: Make) -> None:
    root = made(
        consent=CONSENT.replace("expires_on,withdrawn_on", "expires_on,withdrawn_on,notes")
        .replace("2025-03-04,,\nben", "2025-03-04,,,\nben")
        .replace("Ben,training,none,2025-03-04,,", "Ben,training,none,2025-03-04,,,Withdrawn")
    )
    production = load(root)
    assert [one.id for one in production.open_sources] == ["amara"]
    assert production.notes == (
        'consent.csv row 3: ben has no consent that counts: column notes says "withdrawn"',
    )


# Bounds -----------------------------------------------------------------------------------------

CARD = '[[card]]\nplace = "start"\nkind = "note"\ntext = "x"\nseconds = 1.0\n'
DOTS = ".".join(["a"] * 50_000)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("toml", "says"),
    [
        (f"{TOML}{DOTS} = 1\n", "has a key of more than"),
        (f"{TOML}[{DOTS}]\n", "has a key of more than"),
        (f"{TOML}x = {{ {DOTS} = 1 }}\n", "has a key of more than"),
        (TOML + '"a".' * 50_000 + "b = 1\n", "has a key of more than"),
        (f"{TOML}x = {'{ a = ' * 5000}1{'}' * 5000}\n", "nested too deeply"),
        (f"{TOML}x = {'[' * 50_000}\n", "nested too deeply"),
        (TOML + CARD * 60_000, "is larger than 1 MB"),
        (TOML + CARD * 201, "production.toml, card: has 201 entries; 200 is the most"),
        (TOML.replace('["q01"', "[" + '"q01", ' * 50_000 + '"q01"'), "scene.1.quotes: has 50002 entries"),
        (TOML + '[[scene]]\ntitle = "x"\nquotes = []\n' * 1000, "scene: has 1001 entries"),
        (TOML.replace("A small film", "A" * 201), "film.title: has 201 characters; 200 is the most"),
        (TOML + CARD.replace('"x"', f'"{"x" * 1001}"'), "card.1.text: has 1001 characters"),
        (TOML + "#" * (50 << 20), "is larger than 1 MB"),
        (TOML + "".join(f"k{n} = 1\n" for n in range(30_000)), "scene.1.k0: is not a key that is known"),
    ],
    ids=lambda value: value if len(value) < 60 else f"{len(value)} characters",
)
def test_what_is_too_much_is_told_in_a_moment(toml: str, says: str, made: Make) -> None:
    root, began = made(toml), time.process_time()
    assert says in str(problems(root)[0])
    assert time.process_time() - began < 1


def test_as_much_as_may_be_is_read(made: Make) -> None:
    toml = TOML.replace("A small film", "A" * 200) + CARD.replace('"x"', f'"{"x" * 1000}"') * 200
    assert len(load(made(toml)).cards) == 200


def test_a_text_with_many_points_is_no_key(made: Make) -> None:
    assert load(
        made(TOML.replace("A small film", "One. Two. Three. Four. Five. Six. Seven. Eight. Nine. Ten."))
    )


def test_problems_are_listed_up_to_a_number_and_the_rest_counted(made: Make) -> None:
    rows = "".join(f"r{n},amara,amara,,t,training,the group,2025-05-13\n" for n in range(100))
    with pytest.raises(InputError, match="and 60 more: `ourwords check --json` has them all") as stopped:
        load(made(quotes=QUOTES + rows))
    assert len(stopped.value.problems) == 100


def test_all_problems_go_with_an_error_to_another_process(made: Make) -> None:
    with pytest.raises(OurwordsError) as stopped:
        load(made(QUOTES, QUOTES.replace("q01", "q 1")))
    again = pickle.loads(pickle.dumps(stopped.value))
    assert str(again) == str(stopped.value) and len(again.problems) == 2


def test_one_problem_is_told_as_it_is(made: Make) -> None:
    with pytest.raises(ConfigError) as stopped:
        load(made(TOML.replace('title = "One"\n', "")))
    assert not stopped.value.problems and stopped.value.where == "production.toml, scene.1.title"


# What depends on what could not be read --------------------------------------------------------


def checked(root: Path, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    """The kind of each problem, and all of it."""
    capsys.readouterr()
    main(["-C", str(root), "check", "--json"])
    return [
        (one["kind"], f"{one['where']}: {one['what']}")
        for one in json.loads(capsys.readouterr().out)["problems"]
    ]


PEOPLE = TOML.replace('contributor = "ben"\n', 'contributor = "ben"\npeople = ["ben"]\n')


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ben,Ben,training,none,2025-03-04", "ben,Ben,training,none,04/03/2025"),
        ("ben,Ben,training,none,2025-03-04", "ben,Ben,training,none,soon"),
        ("ben,Ben,training,none", "ben,Ben,trainin,none"),
        ("ben,Ben,training,none", "ben,Ben,training,"),
        ("ben,Ben,", "Ben Okafor,Ben,"),
        (",given_on,", ",date,"),
    ],
)
def test_one_bad_cell_of_the_register_is_one_problem(
    old: str, new: str, made: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    assert old in CONSENT
    root = made(PEOPLE, consent=CONSENT.replace(old, new))
    assert [kind for kind, _ in checked(root, capsys)] == ["wrong"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "q02,ben,ben.mp4,these words,t,training,the group,2025-05-13",
            "q02,ben,ben.mp4,these words,t,training,the group,04/03/2025",
        ),
        ("q02,ben,ben.mp4,these words,t,training", "q02,ben,ben.mp4,these words,t,trainin"),
    ],
)
def test_one_bad_cell_of_the_quotes_is_one_problem(
    old: str, new: str, made: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    root = made(PEOPLE, QUOTES.replace(old, new))
    assert [kind for kind, _ in checked(root, capsys)] == ["wrong"]


def test_what_can_be_judged_is_judged_beside_a_bad_cell(
    made: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    consent = CONSENT.replace(
        "none,2025-03-04,,\nben,Ben,training,none,2025-03-04,,",
        "none,2025-03-04,2025-04-01,\nben,Ben,training,none,04/03/2025,,",
    )
    found = checked(made(PEOPLE, consent=consent), capsys)
    assert [kind for kind, _ in found][:2] == ["wrong", "refused"]
    assert "consent ran out on 2025-04-01" in found[1][1] and not any(
        "no date of" in what for _, what in found
    )


def test_somebody_who_is_in_no_row_is_told(made: Make, capsys: pytest.CaptureFixture[str]) -> None:
    found = checked(made(consent=CONSENT.partition("ben,")[0]), capsys)
    assert any("is not in the consent register" in what for _, what in found)


def test_a_key_that_nobody_knows_hides_nothing_else(made: Make) -> None:
    root = made(TOML.replace('contributor = "ben"', 'contributor = "ben"\nchanel = "left"'))
    (root / "footage" / "amara.mp4").unlink()
    told = "\n".join(map(str, problems(root)))
    assert "production.toml, source.2.chanel: is not a key that is known" in told
    assert "footage/amara.mp4" in told
    with pytest.raises(ConfigError):
        load(root)


def test_a_key_that_nobody_knows_in_place_of_one_that_is_needed_is_told_beside_it(made: Make) -> None:
    told = "\n".join(map(str, problems(made(TOML.replace('contributor = "ben"', 'contributer = "ben"')))))
    assert "source.2.contributer: is not a key that is known" in told
    assert "source.2.contributor: is missing" in told
