"""What the public reads of a grave breach, what the party is answered, and what is corrected or withdrawn (R29)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from services.paperwork.forms.letters import letter, said
from services.paperwork.forms.parts import USCC, Line, Part, to

_METHOD = "《重大劳动保障违法行为社会公布办法》"

PUBLISHED: Mapping[str, tuple[Part, ...]] = MappingProxyType(
    {
        "publication_notice": said(
            Line(f"根据{_METHOD}第五条、第六条，现将下列用人单位的重大劳动保障违法行为向社会公布："),
            Line("违法主体：{{ employer }}", "flush"),
            USCC,
            Line("注册号：{{ published_code }}", "flush", "published_code"),
            Line("地址：{{ published_address }}", "flush"),
            Line("法定代表人或者负责人：{{ published_rep }}", "flush"),
            Line("违法行为：{{ published_breach }}", "flush"),
            Line("主要违法事实：{{ published_facts }}"),
            Line("相关处理情况：{{ published_handling }}"),
        ),
        "publication_answer": letter(
            to("{{ employer }}"),
            USCC,
            Line("你单位于{{ objected_on }}对本机关{{ publication_no }}公布书的公布内容提出异议。"),
            Line("经复核：{{ reason }}"),
            Line(f"根据{_METHOD}第十一条，现将复核结果通知你单位。"),
        ),
        "publication_correction": said(
            Line(
                "本机关{{ publication_no }}公布书向社会公布了{{ employer }}的重大劳动保障违法行为。"
                f"根据{_METHOD}第十一条，现对公布内容予以{{{{ publication_step }}}}。"
            ),
            USCC,
            Line("理由：{{ reason }}"),
            Line("更正后的主要违法事实：{{ published_facts }}", when="published_facts"),
            Line("更正后的相关处理情况：{{ published_handling }}", when="published_handling"),
        ),
    }
)
"""The forms of a publication."""
