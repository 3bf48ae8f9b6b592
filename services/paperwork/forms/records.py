"""What stands on the papers that stay in the file, line by line: forms for approval, records, the pledge."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from services.paperwork.forms.parts import OFFICERS, TEXT, USCC, Grid, Line, Part, to

_SIGNED = Line("以上笔录我已看过（已向我宣读），与我所说一致。签名：＿＿＿＿＿＿　日期：＿＿＿＿＿＿", "flush")
_REFUSED = Line("未签名的理由：{{ unsigned_why }}", "flush", "unsigned_why")
_OPINION = (
    ("承办意见", "{{ opinion }}"),
    ("监察员", "{{ officers }}"),
    ("审批意见", "　"),
    ("负责人签名、日期", "　"),
)


def _record(*parts: Part) -> tuple[Part, ...]:
    """A form or record that stays in the file."""
    head = (Line("{{ title }}", "title"), Line("{{ document_no }}", "number"))
    return (*head, *parts)


RECORDS: Mapping[str, tuple[Part, ...]] = MappingProxyType(
    {
        "filing_form": _record(
            Grid(
                (
                    ("编号", "{{ matter }}"),
                    ("案件来源", "{{ sources }}"),
                    ("当事人", "{{ employer }}"),
                    ("统一社会信用代码", "{{ uscc }}"),
                    ("地址", "{{ address }}"),
                    ("联系人", "{{ contact_person }}"),
                    ("电话", "{{ phone }}"),
                    ("证件类型", "{{ id_type }}"),
                    ("证件号码", "{{ id_no }}"),
                    ("案由、欠薪期间", "{{ nature }}　{{ period }}"),
                    ("涉及人数、诉求金额", "{{ workers }}　{{ amount_claimed }}"),
                    ("案件基本情况", "{{ facts }}"),
                    ("涉嫌违反的法律法规", "{{ article }}"),
                    *_OPINION,
                    ("备注", "{{ text }}"),
                )
            ),
            Line("{{ issued_on }}", "right"),
        ),
        "interview_record": _record(
            Line("时间：{{ started_at }}至{{ ended_at }}", "flush"),
            Line("地点：{{ place }}", "flush"),
            Line("被询问人：{{ person }}，{{ side }}", "flush"),
            Line("职务或者工种：{{ post }}", "flush", "post"),
            OFFICERS,
            Line("监察员已出示证件，并告知被询问人如实回答的义务和申请回避的权利。"),
            Line("{{ text }}"),
            _SIGNED,
            _REFUSED,
            Line("监察员签名：＿＿＿＿＿＿　＿＿＿＿＿＿　{{ issued_on }}", "flush"),
        ),
        "inspection_record": _record(
            Line("被检查单位：{{ employer }}", "flush"),
            Line("时间：{{ started_at }}至{{ ended_at }}", "flush"),
            Line("地点：{{ place }}", "flush"),
            Line("现场人员：{{ person }}", "flush"),
            Line("职务或者工种：{{ post }}", "flush", "post"),
            OFFICERS,
            Line("监察员已出示证件。检查情况：{{ text }}"),
            _SIGNED,
            _REFUSED,
            Line("监察员签名：＿＿＿＿＿＿　＿＿＿＿＿＿　{{ issued_on }}", "flush"),
        ),
        "disposal_form": _record(
            Grid(
                (
                    ("编号", "{{ matter }}"),
                    ("被处理单位", "{{ employer }}"),
                    ("统一社会信用代码", "{{ uscc }}"),
                    ("案由", "{{ nature }}"),
                    ("违法事实", "{{ facts }}"),
                    ("单位的陈述", "{{ statement }}"),
                    ("处理依据", "{{ article }}"),
                    ("核实金额、追回金额", "{{ amount_verified }}　{{ amount_paid }}"),
                    *_OPINION,
                    ("备注", "{{ text }}"),
                )
            ),
            Line("{{ issued_on }}", "right"),
        ),
        "transfer_form": _record(
            Grid(
                (
                    ("编号", "{{ matter }}"),
                    ("单位", "{{ employer }}"),
                    ("统一社会信用代码", "{{ uscc }}"),
                    ("涉及人数", "{{ workers }}"),
                    ("核实金额、追回金额", "{{ amount_verified }}　{{ amount_paid }}"),
                    ("报告日期", "{{ reported_on }}"),
                    ("报告内容", "{{ report }}"),
                    ("监察员", "{{ officers }}"),
                    ("机构审批意见", "{{ transfer_decision }}"),
                    ("负责人签名", "　"),
                    ("审批日期", "{{ transfer_decided_on }}"),
                    ("备注", "{{ text }}"),
                )
            ),
            Line("{{ issued_on }}", "right"),
        ),
        "closing_report": _record(
            Grid(
                (
                    ("编号", "{{ matter }}"),
                    ("当事人", "{{ employer }}"),
                    ("办理结果", "{{ outcome }}"),
                    ("决定书文号", "{{ decision_no }}"),
                    ("送达日期", "{{ decision_served_on }}"),
                    ("核实金额、追回金额", "{{ amount_verified }}　{{ amount_paid }}"),
                    ("办理过程及结果", "{{ process }}"),
                    ("执行情况", "{{ performance }}"),
                    *_OPINION,
                    ("备注", "{{ text }}"),
                )
            ),
            Line("{{ issued_on }}", "right"),
        ),
        "pledge": _record(
            to("{{ office }}"),
            Line("我单位（{{ employer }}）就编号{{ matter }}的事项，自愿作出如下承诺：{{ obligations }}"),
            USCC,
            Line("支付金额：{{ pledged_amount }}", "flush", "pledged_amount"),
            Line("履行期限：{{ pledged_until }}", "flush", "pledged_until"),
            Line("本单位知悉：违反承诺的，本案恢复办理，依法从严处理；本承诺不免除支付劳动者工资的义务。"),
            TEXT,
            Line("法定代表人或者负责人：{{ legal_rep }}", "flush"),
            Line("签名：＿＿＿＿＿＿（盖章）", "right"),
            Line("日期：＿＿＿＿＿＿", "right"),
        ),
        "service_proof": _record(
            Grid(
                (
                    ("编号", "{{ matter }}"),
                    ("受送达人", "{{ served_to }}"),
                    ("送达文书名称", "{{ served_title }}"),
                    ("送达文书文号", "{{ served_no }}"),
                    ("送达方式", "{{ served_how }}"),
                    ("送达地点", "{{ place }}"),
                    ("送达时间", "{{ served_on }}"),
                    ("受送达人签名或者盖章", "　"),
                    ("代收人和代收理由", "　"),
                    ("见证人", "{{ witness }}"),
                    ("送达人签名（两人）", "　"),
                    ("备注", "{{ text }}"),
                )
            ),
            Line("{{ office }}　{{ issued_on }}", "right"),
        ),
    }
)  # fmt: skip
"""The forms of the papers that stay in the file."""
