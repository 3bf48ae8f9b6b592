"""What is looked for in less of a text is found as in the whole of it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from casework import homes
from dedupe import extraction, reading, spotting
from dedupe.text import clean

PIECES = (
    "\n",
    "公司",
    "有限责任公司",
    "集团",
    "第3标段",
    "二期",
    "12标3期",
    "十二号地块",
    "项目部",
    "项目",
    "工地",
    "小区",
    "安置房",
    "厂",
    "酒店打工",
    "厂拖欠",
    "学校老",
    "中山路",
    "人民大道8号",
    "村旁",
    "号附近",
    "地址：",
    "位于",
    "在",
    "到",
    "的",
    "，",
    "。",
    "（",
    "）",
    "12",
    "三",
    "a",
    "青岛源丰建筑",
    "我家",
    "家",
    "住",
    "现住",
    "家庭住址",
    "身份证地址",
    "户籍所在地",
    "居住地",
    "老家在",
    "大家",
    "入住",
    "联系地址是",
    "5号楼",
    "至",
    "到",
    "-",
    "3月",
    "2026年5月",
    "5月份",
    "工资",
    "拖欠",
    "没发",
    "购房",
    "我们工人",
    "业主",
)
texts = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@settings(max_examples=400, deadline=None)
@given(texts)
def test_a_pattern_that_is_begun_late_misses_nothing(text: str) -> None:
    for tries in (spotting._FIRMS, spotting._SITES, spotting._PLACES):
        plain = [(rank, one.span()) for rank, (pattern, _, _) in enumerate(tries) for one in pattern.finditer(text)]
        assert [(rank, one.span()) for rank, one in spotting._tried(tries, text)] == plain


@settings(max_examples=300, deadline=None)
@given(texts)
def test_where_no_letter_of_a_home_stands_there_is_none(text: str) -> None:
    for found in homes._SAYS.finditer(text):
        letter = homes._PERHAPS.search(text, found.start())
        assert letter is not None
        assert found.start() <= letter.start() < found.end() + 1
        assert letter.start() - found.start() <= homes._BEHIND


@settings(max_examples=300, deadline=None)
@given(texts)
def test_a_span_of_months_has_one_of_its_signs(text: str) -> None:
    assert reading._UNTIL.search(text) or not reading._SPAN.search(text)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_a_title_is_asked_only_where_it_decides(text: str) -> None:
    """Points for the text and its title against those of buyers and lenders, all counted."""
    said = clean(text)
    title = text.partition("\n")[0]
    points = 2 * min(len(extraction._BOTH.findall(said)), 3) + min(len(extraction._WORKER.findall(said)), 3)
    points += bool(extraction._UNPAID.search(said))
    points += 3 * bool(extraction._BOTH.search(clean(title))) if title != text else 0
    asked = 3 + min(len(extraction._BUYER.findall(said)), 8) * 0.9
    assert extraction.probably_arrears(text) == (bool(extraction._PAY.search(said)) and points >= asked)
