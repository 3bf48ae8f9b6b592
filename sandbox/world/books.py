"""The sentences of each family: the two that are looked at share a book, the third has its own."""

from __future__ import annotations

from random import Random

from sandbox.world import phrases, wording
from sandbox.world.manners import Family
from sandbox.world.numbers import in_words
from sandbox.world.wording import Book, month_text

_SEEN = Book(
    openings=phrases.OPENINGS,
    work_both=phrases.WORK_BOTH,
    work_employer=phrases.WORK_EMPLOYER,
    work_site=phrases.WORK_SITE,
    led=(phrases.BOSS_LED, phrases.BOSS_LED_INDOORS),
    boss_contact=(phrases.BOSS_CONTACT, phrases.BOSS_CONTACT_INDOORS),
    places=phrases.PLACES,
    owed_one=phrases.OWED_ONE,
    owed_crew=phrases.OWED_CREW,
    owed_bare=phrases.OWED_BARE,
    excuses=(phrases.EXCUSES, phrases.EXCUSES_INDOORS),
    pleas=phrases.PLEAS,
    contacts=phrases.CONTACTS,
    named_only=phrases.NAMED_ONLY,
    card=phrases.CARD,
    titles=phrases.TITLES,
    amount=wording.amount_words,
    period=wording.period_words,
)
_FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")


def _amount(rng: Random, yuan: int) -> str:
    """A sum as on a receipt or by the thumb."""
    roll = rng.random()
    if roll < 0.2 and yuan % 100 == 0:
        return f"人民币{in_words(yuan).translate(_FORMAL)}元整"
    if roll < 0.45 and yuan >= 10_000 and yuan % 1000 == 0:
        return f"{yuan / 10_000:g}万块"
    if roll < 0.6:
        return f"¥{yuan}元"
    return f"{yuan}.00元" if roll < 0.75 else f"{yuan}元"


def _period(rng: Random, first: int, last: int, now: int) -> str:
    """The months owed with days, with dashes, or as a span that somebody worked through."""
    (y1, m1), (y2, m2) = divmod(first, 12), divmod(last, 12)
    m1, m2 = m1 + 1, m2 + 1
    roll = rng.random()
    if first == last:
        return f"{y1}年{m1}月份整月" if roll < 0.5 else f"{y1}年{m1}月1日到{m1}月28日"
    if roll < 0.3:
        return f"{y1}年{m1}月1日至{y2}年{m2}月28日"
    if roll < 0.5:
        return f"{month_text(first)}至{month_text(last)}"
    if roll < 0.75:
        return f"从{y1}年{m1}月干到{y2}年{m2}月"
    if y1 == y2:
        return f"{'今年' if y1 == now // 12 else f'{y1}年'}{m1}月份起到{m2}月底"
    return f"{y1}年{m1}月份起到{y2}年{m2}月底"


_OPENINGS = {
    "hotline_12345": ("{name}致电：", "诉求人称，", "工单内容：诉求人{name}表示，", "诉求人来电咨询并投诉，"),
    "national_clue": ("线索内容：", "", "{name}填报：", "情况说明："),
    "petition": ("{name}写信说，", "来信摘要：", "信访事项：{name}称"),
    "message_board": ("书记您好，打扰了。", "在网上看到可以留言，", "", "跪求领导看一眼！", "县领导好：", "大家好，"),
    "wage_monitor": ("",),
    "mailbox": ("各位叔叔阿姨，", "尊敬的监察大队，", "写这封信实在没有办法。", "您好，冒昧来信。\n", "投诉信\n"),
    "walk_in": ("{name}当面陈述：", "窗口登记：", "来访者自述，"),
}
_UNSEEN = Book(
    openings=_OPENINGS,
    work_both=(
        "{site}这个工程是{employer}干的，{we}负责{job}，",
        "{we}的活是{job}，地点{site}，公司是{employer}，",
        "今年被人叫去{site}干{job}，合同上写的是{employer}，",
        "{employer}把{site}的活包下来，叫{we}去做{job}，",
        "{we}在{site}，跟{employer}签的合同，工种{job}，",
    ),
    work_employer=(
        "{we}的单位叫{employer}，干{job}的，",
        "{we}以前在{employer}做过{job}，",
        "公司名称：{employer}，{we}的职务是{job}，",
        "{employer}招{we}去做{job}，",
        "和{employer}签了合同做{job}，",
    ),
    work_site=(
        "{we}在{site}那里干{job}，",
        "{site}欠着一帮人的工钱，{we}是{job}，",
        "{we}去年到{site}那边出力做{job}，",
    ),
    led=(
        ("活是{boss}派的，", "我们的头是{boss}，", "找我们的人叫{boss}，", "工资一直是{boss}管，"),
        ("管事的是{boss}，", "店里是{boss}说了算，", "当家的叫{boss}，", "工资一直是{boss}管，"),
    ),
    boss_contact=(
        ("他的号码{boss_phone}。", "可打{boss_phone}找他们核实。", "派活的人电话{boss_phone}，"),
        ("他的号码{boss_phone}。", "可打{boss_phone}找他们核实。", "管事的电话{boss_phone}，"),
    ),
    places=("就在{address}那儿。", "具体位置{address}。", "（{address}）", "上班的地方是{address}。"),
    owed_one=(
        "{period}的钱没有到账，算下来{amount}。",
        "到今天{period}还有{amount}没见着。",
        "{period}一分钱工资没拿到，账上记着{amount}。",
        "我算了算，{period}应得工资{amount}，全都没给。",
        "欠条上写的是{period}工资，数目{amount}。",
    ),
    owed_crew=(
        "{heads}号人{period}的辛苦钱没有着落，加起来{amount}。",
        "我们一共{heads}个人，{period}的工资{amount}都没给。",
        "{period}，{heads}名工人应得工资合计{amount}没有支付。",
    ),
    owed_bare=("{period}的辛苦钱没见着，工资全欠着。", "{period}工资没给。", "工资欠了快{count}个月了。"),
    excuses=(
        (
            "去要就说甲方没拨款。",
            "说是年底给，到现在没影。",
            "把我拉黑了。",
            "推来推去，总包说给了分包，分包说没收到。",
            "答应过三回，次次落空。",
            "",
        ),
        ("问财务，财务说没接到通知。", "说是年底给，到现在没影。", "把我拉黑了。", "答应过三回，次次落空。", ""),
    ),
    pleas=("求求你们管一管。", "能不能派人去看看。", "等着这钱看病。", "谢谢各位！", "请依法处理。", ""),
    contacts=(
        "回电{phone}，找{name}。",
        "{name}，{phone}。",
        "有消息请打{phone}。",
        "本人手机号码是{phone}，{name}留。",
        "留言人：{name} 手机号：{phone}",
    ),
    named_only=("写信人：{name}。", "{name}敬上。", "此致，{name}"),
    card=("证件号码{id_no}。", "身份证：{id_no}"),
    titles=(
        "{employer}欠钱不给",
        "辛苦干活拿不到钱",
        "{employer}什么时候发工资",
        "{site}的工人要工资",
        "工资的事",
        "请管管{employer}",
    ),
    amount=_amount,
    period=_period,
)
BOOKS: dict[Family, Book] = {"tuning": _SEEN, "reporting": _SEEN, "unseen": _UNSEEN}
