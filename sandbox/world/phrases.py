"""The words of a narrative: fragments by place in the sentence. Braces name the facts that fill them."""

from __future__ import annotations

OPENINGS: dict[str, tuple[str, ...]] = {
    "hotline_12345": ("市民{name}来电反映：", "来电人{name}反映，", "{name}来电：", "来电人反映：", "市民来电投诉："),
    "national_clue": ("", "", "反映人{name}：", "本人实名反映："),
    "petition": ("信访人{name}反映：", "信访人来信称：", "{name}等人来访反映："),
    "message_board": ("尊敬的领导：您好！", "领导你好，", "各位领导：", "", "尊敬的书记，", "恳请领导关注："),
    "wage_monitor": ("",),
    "mailbox": (
        "劳动监察大队的同志们：\n    你们好。",
        "您好！",
        "致人力资源和社会保障局：\n",
        "同志你好，",
        "尊敬的人社局领导：\n  ",
    ),
    "walk_in": ("来访人{name}称：", "来访人口述：", "{name}到窗口反映，"),
}

WORK_BOTH = (
    "{we}在{employer}承建的{site}做{job}，",
    "{we}在{site}工地干{job}，用工单位是{employer}，",
    "{we}经人介绍到{employer}的{site}干活，工种是{job}，",
    "{employer}承包了{site}，{we}在里面做{job}，",
    "{we}给{employer}干{job}，工地在{site}，",
)
WORK_EMPLOYER = (
    "{we}在{employer}上班，做{job}，",
    "{we}是{employer}的员工，岗位是{job}，",
    "{we}于去年入职{employer}，担任{job}，",
    "{we}在{employer}打工，干{job}，",
    "{employer}拖欠工资，{we}是那里的{job}，",
)
WORK_SITE = (
    "{we}在{site}工地做{job}，",
    "{we}在{site}项目上干{job}，",
    "{site}拖欠农民工工资，{we}在那做{job}，",
)
BOSS_LED = ("老板是{boss}，", "跟着{boss}干的，", "包工头叫{boss}，", "带班的是{boss}，", "是{boss}找我们去的，")
BOSS_CONTACT = ("老板电话{boss_phone}，", "包工头{boss}电话{boss_phone}，", "对方联系方式：{boss_phone}。")
BOSS_LED_INDOORS = ("老板是{boss}，", "老板叫{boss}，", "负责人是{boss}，", "经理是{boss}，", "主管是{boss}，")
BOSS_CONTACT_INDOORS = ("老板电话{boss_phone}，", "负责人{boss}电话{boss_phone}，", "对方联系方式：{boss_phone}。")
PLACES = ("地址在{address}。", "位于{address}，", "工作地点：{address}。", "在{address}附近，")

OWED_ONE = (
    "{period}的工资一直没发，共计{amount}。",
    "拖欠{period}工资{amount}，至今未付。",
    "欠我{period}的工钱，一共{amount}。",
    "{period}一直没发工资，还差{amount}没给。",
    "{period}工资{amount}到现在没有结清。",
)
OWED_CREW = (
    "共有{heads}名工人{period}的工资没发，合计{amount}。",
    "拖欠我们{heads}个人{period}工资共{amount}。",
    "涉及{heads}人，{period}工资总共{amount}未支付。",
    "{period}欠薪，{heads}名工友都没拿到钱，总额{amount}。",
)
OWED_BARE = ("{period}的工资到现在没发。", "拖欠{period}的工资。", "已经拖欠工资{count}个月。")

EXCUSES = (
    "多次讨要，对方以工程款没到位为由推脱。",
    "老板一直说过几天，现在电话也不接了。",
    "公司说资金周转困难，让我们等。",
    "找了好几次都没有结果。",
    "项目部和分包互相推诿，没人管。",
    "发微信不回，人也找不到。",
    "打了欠条但到期不还。",
    "说好完工就结清，现在又说没有验收。",
    "",
    "",
)
EXCUSES_INDOORS = (
    "多次讨要，公司以效益不好为由推脱。",
    "老板一直说过几天，现在电话也不接了。",
    "公司说资金周转困难，让我们等。",
    "找了好几次都没有结果。",
    "财务让等通知，一等就是几个月。",
    "发微信不回，人也找不到。",
    "打了欠条但到期不还。",
    "离职时说好结清，到现在没有兑现。",
    "",
    "",
)
PLEAS = (
    "请求有关部门帮忙要回血汗钱。",
    "希望尽快督促支付。",
    "家里老小都等着这笔钱，恳请领导做主。",
    "要求尽快解决工资问题。",
    "孩子等着交学费，请帮帮我们。",
    "盼回复，谢谢！",
    "望调查处理。",
    "",
)
CONTACTS = (
    "联系人{name}，电话{phone}。",
    "我叫{name}，手机{phone}。",
    "本人{name} {phone}",
    "电话：{phone}。",
    "联系电话{phone}，{name}。",
)
NAMED_ONLY = ("我叫{name}。", "本人{name}。", "{name}")
CARD = ("身份证号{id_no}。", "（身份证{id_no}）")

TITLES = (
    "{employer}拖欠工资",
    "投诉{employer}拖欠农民工工资",
    "讨要工资",
    "{site}拖欠工人工资",
    "关于{employer}欠薪的问题",
    "求助：工资要不回来",
    "反映欠薪",
    "{employer}不发工资",
)

NOISE: tuple[tuple[str, str], ...] = (
    (
        "{site}逾期交房",
        "我{since}在{site}买了房子，合同约定早该交房，到现在还没交。这是我们一辈子的血汗钱，请政府管管。",
    ),
    ("{site}房产证办不下来", "{site}业主{since}入住，房产证一直没有办，开发商收了契税{amount}也不退，请核实。"),
    ("{employer}不退押金", "{since}我在{employer}交了押金{amount}，退出以后一直不给退，打电话没人接。"),
    ("预付卡退款问题", "{since}在{employer}办了会员卡，充值{amount}，店关门了，钱退不回来，请帮忙协调。"),
    ("培训机构跑路", "给孩子在{employer}报了班，{since}交的学费{amount}，机构人去楼空，家长都没退到学费。"),
    ("{site}夜间施工扰民", "{site}从{since}起晚上十一点以后还在打混凝土，老人孩子没法休息。"),
    ("民间借款不还", "{boss}{since}向我借款{amount}，写了借条，到期不还，请问应该找哪个部门？"),
    ("货款纠纷", "我{since}给{site}送砂石料，{employer}欠我材料款{amount}，说等甲方拨款再给，请问归哪里管。"),
    ("{site}停车难", "{site}周边车位太少，{since}以来晚上回家没有地方停车，请规划一下。"),
    ("咨询公租房", "请问在{address}附近有没有公租房，怎么申请？{since}咨询过一次没有答复。"),
    ("{employer}污水直排", "{employer}位于{address}，{since}开始夜里偷排污水，味道很大，河水都变黑了。"),
    ("{site}物业费涨价", "{site}物业{since}突然涨价，一户一年要交{amount}，没有开业主大会，不合理。"),
    ("被{boss}骗了投资款", "{since}经人介绍把{amount}投到{boss}的项目，说好分红，现在人联系不上，血汗钱没了。"),
    ("{address}路灯不亮", "{address}一带的路灯{since}坏了以后没人修，晚上走路看不见。"),
)
NOISE_MORE = (
    "希望有关部门重视。",
    "已经反映过两次，都没有下文，大概涉及{amount}。",
    "我们几十户都在等答复。",
    "请给一个说法，谢谢！",
    "附近{address}的住户都可以作证。",
    "",
)
