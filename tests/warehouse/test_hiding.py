"""One function hides every text about a complaint: names, numbers in every spelling, homes; and nothing else."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from casework.personal_numbers import personal_numbers
from warehouse.queries.hiding import Named, Tell, hide

NAMES = ("王小芳", "欧阳春", "阿卜杜拉·买买提", "李铁")
PHONE, LANDLINE, ID_NO, CARD = "13812345678", "0532-88881234", "37028219800101001X", "6228480123456780001"
HOME = "青岛市城阳区夏庄街道毽栊巷12号"
_CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")
_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
TELL = Tell(
    named=[*map(Named, NAMES), Named("赵老板", teller=False)],
    numbers=frozenset({PHONE, LANDLINE.replace("-", ""), ID_NO, CARD}),
    homes=[HOME],
)
CONFIDED = replace(TELL, named=[replace(one, secret=True) for one in TELL.named], secret=True)
PLAIN = (
    "经查，工资支付表不全，共130人，欠薪13500.00元。",
    "2026-11-20 到现场，2026-11-21 复查。",
    "统一社会信用代码91370215MA61XMJANE",
    "即人社劳监询字〔2026〕第12号",
    "在城阳区正阳路100号的工地，3号楼已封顶。",
    "二〇二六年十一月二十日送达。",
)
_plain = st.sampled_from(PLAIN)
_between = st.sampled_from(["", " ", "-", "·", "．", " - ", "—", "/", "　"])


def _apart(text: str, gap: str, every: int) -> str:
    return gap.join(text[start : start + every] for start in range(0, len(text), every))


def _figures(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


@given(st.sampled_from(NAMES), st.sampled_from(["", " ", "·", "　", "-"]), _plain, _plain)
def test_no_name_is_left_however_it_is_spaced(name: str, gap: str, before: str, behind: str) -> None:
    said = f"{before}{gap.join(name)}来电。{behind}"
    shown = hide(said, TELL) or ""
    assert shown == f"{before}{name[0]}*来电。{behind}"
    assert name[0] not in (hide(f"见{gap.join(name)}来电。", CONFIDED) or "")


@given(
    st.sampled_from([PHONE, LANDLINE.replace("-", ""), ID_NO, CARD]),
    _between,
    st.integers(1, 6),
    st.sampled_from(["as it is", "wide", "chinese"]),
    _plain,
)
def test_no_known_number_is_left_in_any_spelling(number: str, gap: str, every: int, how: str, around: str) -> None:
    written = _apart(number, gap, every)
    written = written.translate({"wide": _WIDE, "chinese": _CHINESE}.get(how, {}))
    for tell in (TELL, CONFIDED):
        shown = hide(f"{around}电话{written}，请回电。{around}", tell) or ""
        left = shown.translate(str.maketrans("０１２３４５６７８９〇一二三四五六七八九", "0123456789" * 2))
        middle = number[3:-4]
        assert middle not in _figures(left.replace("*", "")), shown
        if tell.secret:
            assert number[-4:] not in left
    assert hide(f"电话{written}，请回电。", CONFIDED) == "电话***，请回电。"


@given(
    st.from_regex(r"\A1[3-9][0-9]{9}\Z"), st.sampled_from(["/", ".", "|", "\u202d"]), st.sampled_from([_WIDE, _CHINESE])
)
def test_a_number_that_stands_in_no_field_is_hidden_too(phone: str, gap: str, script: dict[int, int]) -> None:
    said = f"工友的电话{gap.join((phone[:3], phone[3:7], phone[7:])).translate(script)}，请回电。"
    for tell in (TELL, CONFIDED):
        assert phone not in personal_numbers(hide(said, tell) or "")
    assert hide(said, CONFIDED) == "工友的电话***，请回电。"


@given(st.sampled_from([HOME, "毽栊巷12号", "城阳区毽栊巷12号", "青岛市 城阳区 毽栊巷 12号"]), _plain, st.booleans())
def test_no_home_is_left_but_in_the_story_of_who_told_it_openly(home: str, around: str, called: bool) -> None:
    said = f"{around}{'家住' if called else '曾到'}{home}，无人。"
    for tell, story in ((TELL, False), (CONFIDED, False), (CONFIDED, True)):
        shown = hide(said, tell, story=story) or ""
        assert "毽栊" not in shown
        assert shown.startswith(around) or tell.secret
        assert shown.endswith("，无人。")
    assert "毽栊巷" in (hide(said, TELL, story=True) or "")
    if called:
        assert "毽栊" not in (hide(said) or "")


@given(st.lists(_plain, max_size=4).map("".join))
def test_what_names_nobody_stays_as_it_is(said: str) -> None:
    assert hide(said, TELL) == said
    assert hide(said, TELL, story=True) == said
    assert hide(said) == said


@given(st.text(max_size=120), st.sampled_from(NAMES), st.sampled_from([PHONE, ID_NO, CARD]))
def test_to_hide_twice_hides_no_more(said: str, name: str, number: str) -> None:
    for tell in (TELL, CONFIDED):
        once = hide(f"{said}{name}，{number}。{said}", tell) or ""
        assert name not in once
        assert number not in once
        assert hide(once, tell) == once


def test_nothing_is_nothing() -> None:
    assert hide(None, TELL) is None
    assert hide("", TELL) == ""
