"""Blanks, citations and secrets: the tables agree with each other, and nothing hides behind spaces or signs."""

from __future__ import annotations

import pytest

from casework.articles import LAWS, in_full, numeral
from casework.blanks import BLANKS, COMMON, Origin, lacking, typed, words_in
from casework.documents import KINDS, faces_employer
from casework.handling import DECLINE_GROUNDS
from casework.leniency import BASIS
from casework.personal_numbers import personal_numbers
from casework.secrecy import bare, names_of, names_one_of, quotes_one_of
from casework.settings_of_law import SETTINGS


def test_every_kind_of_paper_has_its_blanks_and_a_title_the_office_may_set() -> None:
    assert set(BLANKS) == set(KINDS)
    for kind, blanks in BLANKS.items():
        assert blanks[: len(COMMON)] == COMMON
        assert len({blank.key for blank in blanks}) == len(blanks), kind
        assert SETTINGS[f"document.title.{kind}"].default == KINDS[kind].title


def test_what_is_empty_and_required_is_told() -> None:
    told = lacking("inspection_advice", {blank.key: "x" for blank in BLANKS["inspection_advice"]} | {"advice": ""})
    assert [blank.key for blank in told] == ["advice"]
    assert len(typed("penalty_decision")) == 7
    assert all(blank.origin is Origin.TYPED for blank in typed("penalty_decision"))


def test_every_text_in_a_body_is_looked_at() -> None:
    body = {"text": "a", "items": [{"no": 1, "name": "b"}, {"name": ["c"]}]}
    assert list(words_in(body)) == ["a", "b", "c"]


def test_the_record_of_a_worker_s_interview_alone_is_not_for_the_employer() -> None:
    assert faces_employer("interview_record", {})
    assert faces_employer("interview_record", {"side": "employer"})
    assert not faces_employer("interview_record", {"side": "worker"})
    assert not faces_employer("closing_report", {})
    assert {kind for kind in KINDS if KINDS[kind].served and not faces_employer(kind, {"side": "worker"})} == set()


@pytest.mark.parametrize(
    ("short", "full"),
    [
        (
            "QD §27(一); GD25 §18",
            "《青岛市劳动保障监察条例》第二十七条第（一）项；《关于实施〈劳动保障监察条例〉若干规定》第十八条",
        ),
        (
            "APL §33 para 1 second sentence, §57(二) para 1",
            "《中华人民共和国行政处罚法》第三十三条第一款、第五十七条第一款第（二）项",
        ),
        ("423 §23-30", "《劳动保障监察条例》第二十三条至第三十条"),
        ("423 §30(一)-(三)", "《劳动保障监察条例》第三十条第（一）项至第（三）项"),
        (
            "CRIM; TRF §5-8",
            "《中华人民共和国刑法》第二百七十六条之一；《行政执法机关移送涉嫌犯罪案件的规定》第五条至第八条",
        ),
        ("《劳动保障监察条例》第二十六条", "《劳动保障监察条例》第二十六条"),
        ("共423人", "共423人"),
    ],
)
def test_an_article_is_cited_in_full(short: str, full: str) -> None:
    assert in_full(short) == full


def test_no_short_form_of_our_own_tables_reaches_a_paper() -> None:
    sources = (*BASIS.values(), *DECLINE_GROUNDS.values())
    assert len(sources) > 10
    for source in sources:
        full = in_full(source)
        assert not any(sign in full for sign in ("§", "para", "sentence", *LAWS)), full


def test_numerals() -> None:
    assert [numeral(one) for one in (1, 10, 15, 20, 63, 100, 103, 110, 276)] == [
        "一", "十", "十五", "二十", "六十三", "一百", "一百零三", "一百一十", "二百七十六",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "written",
    ["刘春生", "刘 春 生", "刘\n春\n生", "刘　春　生", "刘·春·生", "刘*春*生", "（刘）春、生", "刘\u200b春\u200b生"],
)
def test_a_name_is_found_however_it_is_written(written: str) -> None:
    assert names_one_of(f"据{written}反映", ["刘春生"])


@pytest.mark.parametrize(
    "written", ["138 1234 3307", "１３８１２３４３３０７", "138-1234-3307", "138/1234/3307", "+8613812343307"]
)
def test_a_phone_is_found_however_it_is_written(written: str) -> None:
    assert names_one_of(f"电话{written}", ["13812343307"])


def test_what_has_no_letters_is_no_name() -> None:
    assert not names_one_of("任何话", ["**", "·", ""])


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("吴德海先生（代妻）", ["吴德海"]),
        ("刘师傅", []),
        ("+86 159 1234 8012 / 0532-88551234", ["0532-88551234", "159 1234 8012"]),
        ("37022219890101102X", ["37022219890101102X"]),
        ("匿名", []),
        ("2026", []),
    ],
)
def test_what_a_field_for_a_name_or_a_number_holds(said: str, found: list[str]) -> None:
    assert set(map(bare, found)) <= set(names_of(said))
    assert bool(names_of(said)) == bool(found)


@pytest.mark.parametrize(
    "written",
    [
        "（139）12340086",
        "86-139-1234-0086",
        "8613912340086",
        "1391234 0086",
        "+86 （139）1234-0086",
        "0086 13912340086",
    ],
)
def test_a_telephone_is_found_however_it_is_parted(written: str) -> None:
    assert personal_numbers(f"电话{written}，工资5000元") == ["13912340086"]


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("6228485886147000225", "6228 4858 8614 7000 225"),
        ("370282199306208614", "370282 19930620 8614"),
        ("6228480086147000225", "6228 4800 8614 7000 225"),
        ("6228485800861470225", "6228 4858 0086 1470 225"),
    ],
)
def test_a_group_that_reads_as_the_country_is_part_of_its_number(number: str, written: str) -> None:
    assert number in personal_numbers(f"卡号{written}，工资5000元")
    assert number in names_of(written)


def test_a_field_with_two_telephones_gives_both() -> None:
    assert {"13912340086", "13812345678"} <= set(names_of("13912340086 13812345678"))


def test_numbers_in_a_narrative_are_found_and_sums_are_none() -> None:
    told = "欠工资2760000元，爱人电话139-1234 9876，身份证370222198901011122，工资卡6222021234567890123。"
    found = personal_numbers(told)
    assert found == ["13912349876", "370222198901011122", "6222021234567890123"]
    for written in ("一三九一二三四九八七六", "١٣٩١٢٣٤٩٨٧٦", "139一2349876", "１３９-１２３４-９８７６"):
        assert names_one_of(f"电话{written}", found), written


def test_an_employer_that_is_called_like_a_complainant_may_be_named() -> None:
    assert names_one_of("青岛王海产公司的王海", ["王海"], public=["青岛王海产公司"])
    assert not names_one_of("青岛王海产公司", ["王海"], public=["青岛王海产公司"])
    assert names_one_of("刘\u3164春\u3164生", ["刘春生"])
    assert bare("Ａ-b １") == "AB1"


def test_twelve_letters_in_a_row_are_a_quotation_but_names_and_figures_are_not() -> None:
    told = ["厂里三个月没发钱了，找老板也不见人。青岛蓝天海产加工有限公司2026年8月至10月工资"]
    public = ["青岛蓝天海产加工有限公司"]

    def quoted(text: str) -> bool:
        return quotes_one_of(text, told, letters=12, public=public)

    assert quoted("投诉称：三个月 没发钱了、找老板也不见人")
    assert not quoted("三个月没发钱了")
    assert not quoted("青岛蓝天海产加工有限公司拖欠2026年8月至10月工资")
    assert quotes_one_of("青岛蓝天海产加工有限公司", told, letters=12)
    listed = ["40 名工人联名，附工资条照片 12 张。10 月工资未发。"]
    assert quotes_one_of("（40名工人联名，附工资条照片12张）", listed, letters=12)
    assert not quotes_one_of("经查，10月工资未发，名工人", listed, letters=12)
