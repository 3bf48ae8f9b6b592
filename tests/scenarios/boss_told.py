"""What the men of the crew told after their boss had gone, on which channel; and the list of what each is owed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.told import Told
from tests.scenarios.town import DISTRICT, moment

BOSS = "贾大勇"
SITE, SITE_ADDRESS = "鳌山湾安置房三期", "青岛市即墨区鳌山卫街道滨河路2号"
BUILDER, BUILDER_CODE = "青岛筑海建设集团有限公司", "91370215MA3C0000H0"
TIEJUN = ("马铁军", "13964301101", "370282197801153311")
GUANGTIAN = ("曹广田", "13864302202", "370282198203044417")
COMPLAINANTS = (TIEJUN, GUANGTIAN)
EACH = Decimal(12_000)
NAMES = ("李长河", "王宝库", "孟庆江", "许德旺", "高振山", "丁永贵", "梁春来", "史秋生", "郝建设", "温有粮", "康大力")
CREW = (
    TIEJUN[:2],
    GUANGTIAN[:2],
    *((name, f"1376430{number:04d}") for number, name in enumerate((*NAMES, "鲁二柱"), start=3301)),
)
ALL = EACH * len(CREW)

WORDS = {
    "b1": "我们十四个人给他绑钢筋，年前说好正月里结清，过了年人就找不着了，手机也停机，租的房子锁着门，大伙没饭吃了。",
    "b2": "我跟着老乡干活，从十二月干到二月，三个月的工钱一分没给，打电话关机，听说他连夜把车开走了。",
    "b3": "钢筋班组十四名农民工联名反映，班组长携款失联，请求政府帮助讨回血汗钱，名单和每人欠薪数附后。",
}


def told() -> list[Told]:
    """Three complaints on three channels; the petition brings the list of all fourteen."""
    place = {"district_code": DISTRICT, "site_address": SITE_ADDRESS, "site_name": SITE, "boss_name": BOSS}
    common = {"case": "贾大勇", "rural": True, "construction": True, "arrears_from": "2022-12", "arrears_to": "2023-02"}
    rows: list[tuple[str, str, str, tuple[str, str, str], dict[str, Any]]] = [
        ("b1", "hotline_12345", "2023-02-24 09:10", TIEJUN, {"title": "反映包工头拖欠农民工工资"}),
        ("b2", "national_clue", "2023-02-24 21:30", GUANGTIAN,
         {"complainant_id_no": GUANGTIAN[2], "workers_count": 1, "amount_owed": EACH}),
        ("b3", "petition", "2023-02-25 10:00", GUANGTIAN,
         {"title": "请求追讨工资", "workers_count": len(CREW), "roster": roster(), "amount_owed": ALL}),
    ]  # fmt: skip
    found = []
    for key, channel, at, who, more in rows:
        said: dict[str, Any] = {**common, **place, **more}
        said |= {"complainant_name": who[0], "complainant_phone": who[1], "employer_name": f"包工头{BOSS}"}
        number = f"230200{key[1]}"
        found.append(Told(key=number, channel=channel, told_at=moment(at), claim=who[0], narrative=WORDS[key], **said))
    return found


def roster() -> tuple[tuple[str, str | None, str | None, Decimal | None], ...]:
    """Who is owed what."""
    return tuple((name, phone, None, EACH) for name, phone in CREW)
