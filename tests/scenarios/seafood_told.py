"""What the workers of the seafood firm told, on which channel, how they wrote its name; and the firm's own roster."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from itertools import product

import xlsxwriter

from sandbox.told import Told
from tests.scenarios.town import DISTRICT, moment

FIRM, CODE = "青岛海润隆水产食品有限公司", "91370215MA3C0000H0"
ADDRESS = "青岛市即墨区田横镇滨海路17号"
EACH, LAST = Decimal(14_150), Decimal(14_900)
HEADS, ALL = 195, Decimal(2_760_000)

GUIXIANG = ("孙桂香", "13953201101", "370282197503142426")
LIBO = ("江立波", "13853202202", "370282198107093318")
MEILING = ("宋美玲", "15953203303", "370282198811260025")
DESHUI = ("于德水", "13753204404", "370282196912054037")
COMPLAINANTS = (GUIXIANG, LIBO, MEILING, DESHUI)

WORDS = {
    "a1": "我在海边那家厂里剥虾仁，二月到四月的工资一分没见着，家里两个孩子等着交学费，求你们给管管。",
    "a2": "冷库这边活也没了，车间主任光说等等，二月、三月、四月三个月工钱到现在也没给我们开。",
    "a3": "本人在包装车间上班，厂里从二月份起就不发工资，一直拖到四月底，打电话没有人接，怕是要黄了。",
    "a4": "公司停了两条线，让我们回家歇着，2023年2月至4月工资没发，我不想让厂里知道是我写的信。",
    "a5": "我是即墨海润隆水产食品厂的装卸工，今年2到4月工资14150元没发，我叫于德水，电话13753204404，盼着领导过问。",
    "a6": "上次打过热线的就是我，海润隆水产还没动静，欠我2023年2月至4月工资14150元，我叫江立波，电话13853202202。",
}
"""What each of them said in their own words; none of it may be read by the firm."""


def told() -> list[Told]:
    """Six complaints of four workers on five channels. Two of them are heard twice; one asks for secrecy."""
    place = {"district_code": DISTRICT, "site_address": ADDRESS}
    months = {"arrears_from": "2023-02", "arrears_to": "2023-04"}

    def one(key: str, channel: str, at: str, who: tuple[str, str, str], **said: object) -> Told:
        return Told(
            key=f"230500{key[1]}", channel=channel, told_at=moment(at), case="海润隆", claim=who[0],
            narrative=WORDS[key], complainant_name=who[0], complainant_phone=who[1],
            **said,  # type: ignore[arg-type]  # a story writes only what the field takes
        )  # fmt: skip

    return [
        one("a1", "hotline_12345", "2023-05-18 10:12", GUIXIANG, employer_name=FIRM, title="反映工资被拖欠", **place),
        one("a2", "hotline_12345", "2023-05-19 15:40", LIBO, employer_name="海润隆水产", title="反映拖欠工资", **place),
        one(
            "a3", "national_clue", "2023-05-20 20:05", GUIXIANG, employer_name="青岛海润隆水产食品公司",
            employer_uscc=CODE, complainant_id_no=GUIXIANG[2], workers_count=1, amount_owed=EACH, **months, **place,
        ),
        one(
            "a4", "petition", "2023-05-21 09:30", MEILING, employer_name="青岛市海润隆水产食品有限公司",
            complainant_id_no=MEILING[2], workers_count=1, title="请求支付工资", confidential=True, **place,
        ),
        one("a5", "message_board", "2023-05-22 12:00", DESHUI, title="即墨海润隆水产食品厂拖欠工资", **place),
        one("a6", "mailbox", "2023-05-22 19:25", LIBO, title="再次反映海润隆水产拖欠工资"),
    ]  # fmt: skip


def staff() -> list[tuple[str, str, Decimal]]:
    """All 195 whose jobs are at stake: name, phone and what is owed to each for three months."""
    made = (
        f"{family}{first}{second}"
        for family, first, second in product("王李张刘陈杨赵黄周", "志玉秀海", "强芳军兰霞明")
    )
    known = [one[:2] for one in COMPLAINANTS]
    others = [(name, f"1586320{number:04d}") for number, name in zip(range(HEADS - len(known)), made, strict=False)]
    people = known + others
    assert len({name for name, _ in people}) == HEADS
    return [(name, phone, LAST if n == HEADS - 1 else EACH) for n, (name, phone) in enumerate(people)]


def roster() -> bytes:
    """The firm's payroll as its accountant saved it in Excel."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("工资表")
        sheet.write_row(0, 0, ("姓名", "联系电话", "月份", "欠薪金额"))
        for number, (name, phone, owed) in enumerate(staff(), start=1):
            sheet.write_row(number, 0, (name, phone, "2023年2-4月", float(owed)))
    return made.getvalue()
