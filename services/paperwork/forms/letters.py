"""What stands on the papers that leave the house, line by line, with the articles they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from services.paperwork.forms.parts import CONTACT, OFFICERS, TEXT, USCC, Line, Loop, Part, to

_EMPLOYER = to("{{ employer }}")
_COMPLAINANT = to("投诉人（线索编号：{{ complaint_nos }}）")
_PARTY = (
    Line("当事人：{{ employer }}", "flush"),
    USCC,
    Line("住所：{{ address }}", "flush"),
    Line("法定代表人或者负责人：{{ legal_rep }}", "flush"),
)
_EVIDENCE = Line("以上事实有下列证据证明：{{ evidence }}")
_REMEDY = Line("{{ remedy }}")
_END = (Line("{{ office }}（印章）", "right"), Line("{{ issued_on }}", "right"))
_TWO_COPIES = Line("本文书一式两份，一份送达当事人，一份存档。", "note")
_NOT_OBEYED = Line(
    "{{ listing_order }}责令你单位支付工资，逾期未履行。经核实，应支付金额：{{ amount_verified }}；"
    "已支付金额：{{ amount_paid }}。"
)
_PERSONS = Line("一并列入的法定代表人和其他责任人员：{{ listed_persons }}", when="listed_persons")
_PERSONS_OFF = Line("一并移出的法定代表人和其他责任人员：{{ listed_persons }}", when="listed_persons")
_FACTS = Line("经查，{{ facts }}")


def letter(*parts: Part) -> tuple[Part, ...]:
    """A letter of the office: its name, the title, the number, what it says, the seal and the day."""
    head = (Line("{{ office }}", "office"), Line("{{ title }}", "title"), Line("{{ document_no }}", "number"))
    return (*head, *parts, TEXT, *_END)


def said(*parts: Part) -> tuple[Part, ...]:
    """A letter whose text stands within it, or that has no other than it was approved with."""
    return tuple(part for part in letter(*parts) if part is not TEXT)


LETTERS: Mapping[str, tuple[Part, ...]] = MappingProxyType(
    {
        "acceptance_notice": letter(
            _COMPLAINANT,
            Line(
                "你（们）反映{{ employer }}的事项（{{ nature }}），经审查符合受理条件。根据"
                "《关于实施〈劳动保障监察条例〉若干规定》第十八条，本机关决定予以受理，并于受理之日立案，"
                "编号：{{ matter }}。"
            ),
            Line("监察员：{{ officers }}。联系人和电话：{{ contact }}"),
        ),
        "declining_notice": letter(
            _COMPLAINANT,
            Line("你（们）反映{{ employer }}的事项（{{ nature }}，编号：{{ matter }}），经审查，本机关决定不予受理。"),
            Line("情形：{{ ground }}"),
            Line("依据：{{ law }}"),
            Line("理由：{{ reason }}"),
            _REMEDY,
        ),
        "supplement_notice": letter(
            _COMPLAINANT,
            Line(
                "你（们）反映{{ employer }}的事项（{{ nature }}，编号：{{ matter }}），材料不齐。根据"
                "《关于实施〈劳动保障监察条例〉若干规定》第十八条，请于{{ wanted_until }}前补正下列材料：{{ wanted }}"
            ),
            CONTACT,
        ),
        "other_way_notice": letter(
            _COMPLAINANT,
            Line("你（们）反映{{ employer }}的事项（{{ nature }}，编号：{{ matter }}），经审查，不由本机关办理。"),
            Line("请通过下列途径解决：{{ way }}"),
            Line("理由：{{ reason }}"),
            CONTACT,
        ),
        "inquiry_notice": letter(
            _EMPLOYER,
            Line(
                "根据《劳动保障监察条例》第十五条，请你单位于{{ appear_on }}到{{ place }}接受调查询问，并携带下列材料"
                "（有“√”的）。需由他人办理的，应当出具授权委托书。"
            ),
            Loop("items", ("序号", "材料", "需提供", "单位"), ("no", "name", "asked", "side")),
            Line(
                "无理抗拒、阻挠监察，不按要求提供材料，隐瞒事实真相，出具伪证或者隐匿、毁灭证据的，依照《劳动保障监察条例》"
                "第三十条处理。"
            ),
            Line("监察员：{{ officers }}。联系人和电话：{{ contact }}"),
            Line("签收人：＿＿＿＿　身份：＿＿＿＿　电话：＿＿＿＿　日期：＿＿＿＿", "flush"),
        ),
        "rectification_order": letter(
            _EMPLOYER,
            USCC,
            _FACTS,
            Line("涉及劳动者：{{ order_workers }}", "flush", "order_workers"),
            Line("应支付金额：{{ order_amount }}", "flush", "order_amount"),
            Line("上述行为违反了{{ article }}。", when="article"),
            Line("根据{{ law }}，现责令你单位于{{ due_on }}前改正：{{ demand }}"),
            Line("逾期不改正的，依照《劳动保障监察条例》第二十六条、第三十条处理。改正情况请书面报送本机关。"),
            CONTACT,
            _TWO_COPIES,
        ),
        "inspection_advice": letter(
            _EMPLOYER, _FACTS, Line("现建议你单位：{{ advice }}"), CONTACT
        ),
        "prior_notice": letter(
            _EMPLOYER,
            USCC,
            _FACTS,
            _EVIDENCE,
            Line("上述行为违反了{{ article }}。本机关拟作出如下决定：{{ intended }}"),
            Line("拟罚款：{{ intended_fine }}", "flush", "intended_fine"),
            Line(
                "根据《中华人民共和国行政处罚法》第四十四条、第四十五条和《劳动保障监察条例》第十九条，你单位有权进行陈述和"
                "申辩，本机关不因陈述、申辩而给予更重的处罚。"
            ),
            Line(
                "属于《中华人民共和国行政处罚法》第六十三条规定情形的，你单位有权要求听证；要求听证的，应当在收到本告知书后"
                "五个工作日内提出。"
            ),
            CONTACT,
        ),
        "handling_decision": letter(
            *_PARTY,
            _FACTS,
            Line("经核实，应支付金额：{{ amount_verified }}", "flush", "amount_verified"),
            Line("加付赔偿金：{{ amount_additional }}，付给劳动者", "flush", "amount_additional"),
            _EVIDENCE,
            Line("根据{{ basis }}，决定如下：{{ decision }}"),
            Line("履行期限：{{ pay_until }}前。逾期不履行的，本机关依法申请人民法院强制执行。"),
            _REMEDY,
        ),
        "penalty_decision": letter(
            *_PARTY,
            _FACTS,
            _EVIDENCE,
            Line("上述行为违反了{{ article }}。根据{{ basis }}，决定给予：{{ decision }}"),
            Line("办理结果：{{ outcome }}", "flush", "outcome"),
            Line("罚款：{{ amount_fined }}", "flush", "amount_fined"),
            Line(
                "自收到本决定书之日起十五日内缴纳罚款；到期不缴纳的，每日按罚款数额的百分之三加处罚款，加处罚款的数额不超过"
                "罚款的数额（《中华人民共和国行政处罚法》第六十七条、第七十二条）。"
            ),
            _REMEDY,
        ),
        "exemption_decision": letter(
            *_PARTY,
            _FACTS,
            _EVIDENCE,
            Line("不予处罚清单事项：{{ offence_item }}", "flush", "offence_item"),
            Line("理由：{{ why_spared }}"),
            Line("根据{{ basis }}，决定：{{ outcome }}。"),
            Line("免罚金额：{{ amount_exempted }}，依据和裁量基准：{{ exempted_article }}", "flush", "amount_exempted"),
            Line(
                "根据《中华人民共和国行政处罚法》第三十三条第三款，对你单位进行批评教育：{{ education }}。本决定不免除"
                "支付劳动者工资和加付赔偿金的义务。"
            ),
            _REMEDY,
        ),
        "unproven_decision": letter(
            *_PARTY,
            Line("经调查：{{ facts }}"),
            Line("调查收集的证据：{{ evidence }}"),
            Line("上述证据不足以证明违法事实成立。根据{{ basis }}，决定：{{ outcome }}，不予行政处罚。"),
            _REMEDY,
        ),
        "filing_withdrawal": letter(
            _EMPLOYER,
            USCC,
            _FACTS,
            Line("理由：{{ why_spared }}"),
            Line("根据{{ basis }}，决定撤销立案（编号：{{ matter }}）。"),
            _REMEDY,
        ),
        "performance_demand": said(
            _EMPLOYER,
            USCC,
            Line(
                "{{ decision_no }}决定书确定的义务你单位逾期没有履行。根据《中华人民共和国行政强制法》第五十四条，"
                "现催告你单位：{{ text }}"
            ),
            Line("尚未支付的工资和加付赔偿金：{{ unpaid }}", "flush", "unpaid"),
            Line("应缴纳的罚款：{{ fine_due }}", "flush", "fine_due"),
            Line(
                "到期不缴纳罚款的，自{{ late_from }}起每日按罚款数额的百分之三加处罚款，加处罚款的数额不超过罚款的数额"
                "（《中华人民共和国行政处罚法》第七十二条）。",
                when="fine_due",
            ),
            Line(
                "你单位有权进行陈述和申辩。自本催告书送达之日起十个工作日后仍不履行的，本机关依法申请人民法院强制执行。"
            ),
            CONTACT,
        ),
        "listing_notice": letter(
            _EMPLOYER,
            USCC,
            _NOT_OBEYED,
            Line(
                "根据《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第五条、第六条，因{{ listing_ground }}，"
                "本机关拟将你单位列入拖欠农民工工资失信联合惩戒对象名单。"
            ),
            _PERSONS,
            Line(
                "你单位有异议的，可以自收到本告知书之日起五个工作日内向本机关提出，并附证明材料；在本机关作出决定前付清工资并作出"
                "信用承诺的，可以不予列入（《暂行办法》第六条、第七条）。"
            ),
            CONTACT,
        ),
        "listing_decision": letter(
            *_PARTY,
            _NOT_OBEYED,
            Line(
                "本机关已于{{ listing_told_on }}告知你单位拟列入的事由、依据和提出异议的权利。",
                when="listing_told_on",
            ),
            Line("你单位提出异议，经核实：{{ listing_verified }}", when="listing_verified"),
            Line("理由：{{ reason }}"),
            Line(
                "根据《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第五条、第八条，因{{ listing_ground }}，"
                "决定将你单位列入拖欠农民工工资失信联合惩戒对象名单，"
                "期限自{{ issued_on }}至{{ listed_until }}（第十一条）。"
            ),
            _PERSONS,
            Line(
                "改正违法行为满六个月并作出信用承诺的，可以向本机关申请提前移出（第十二条）；有新的拖欠或者涉嫌犯罪案件的除外"
                "（第十三条）。"
            ),
            _REMEDY,
        ),
        "not_listed_decision": letter(
            _EMPLOYER,
            USCC,
            Line("{{ listing_order }}逾期未履行，本机关曾于{{ listing_told_on }}告知拟将你单位列入失信联合惩戒名单。"),
            Line("你单位提出异议，经核实：{{ listing_verified }}", when="listing_verified"),
            Line("信用承诺日期：{{ credit_pledge_on }}", "flush", "credit_pledge_on"),
            Line("理由：{{ reason }}"),
            Line(
                "根据《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第六条、第七条，决定不予列入。本决定不免除"
                "支付劳动者工资的义务。"
            ),
        ),
        "removal_decision": letter(
            _EMPLOYER,
            USCC,
            Line(
                "你单位于{{ listed_on }}被列入失信联合惩戒名单，于{{ corrected_on }}改正，"
                "并于{{ removal_asked_on }}申请移出。"
            ),
            Line("信用承诺日期：{{ credit_pledge_on }}", "flush", "credit_pledge_on"),
            Line("理由：{{ reason }}"),
            Line(
                "根据《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第十二条、第十四条，决定将你单位移出名单，并在十个工作日内"
                "停止公示（第十七条）。"
            ),
            _PERSONS_OFF,
        ),
        "removal_refusal": letter(
            _EMPLOYER,
            USCC,
            Line("你单位于{{ listed_on }}被列入失信联合惩戒名单，于{{ removal_asked_on }}申请移出。"),
            Line("理由：{{ reason }}"),
            Line(
                "根据《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第十三条、第十四条，决定不予移出，列入期限至"
                "{{ listed_until }}。"
            ),
            _REMEDY,
        ),
        "reconsideration_letter": letter(
            to("{{ police }}"),
            Line(
                "你机关于{{ police_answered_on }}通知本机关，对{{ employer }}涉嫌拒不支付劳动报酬一案"
                "（编号：{{ matter }}）不予立案。"
            ),
            USCC,
            Line("不予立案的意见：{{ police_answer }}", when="police_answer"),
            Line("本机关认为：{{ facts }}"),
            Line("证据：{{ evidence }}", when="evidence"),
            Line("根据《行政执法机关移送涉嫌犯罪案件的规定》第九条，提请你机关复议。"),
            OFFICERS,
        ),
        "transfer_letter": letter(
            to("{{ receiver }}"),
            Line(
                "{{ employer }}涉嫌拒不支付劳动报酬罪。根据《中华人民共和国刑法》第二百七十六条之一和"
                "《行政执法机关移送涉嫌犯罪案件的规定》，现将该案（编号：{{ matter }}）移送你机关。"
            ),
            USCC,
            _FACTS,
            Line("涉及人数：{{ workers }}；核实金额：{{ amount_verified }}；追回金额：{{ amount_paid }}", "flush"),
            _EVIDENCE,
            Line("附：1.移送书；2.案件调查报告；3.涉案物品清单；4.检验报告或者鉴定意见；5.其他有关材料。"),
            OFFICERS,
        ),
    }
)  # fmt: skip
"""The forms of the papers that leave the house."""
