"""Three hundred texts that a page must show and never obey. Every element and attribute they would add is marked."""

from __future__ import annotations

from itertools import product

MARK = "r29"
_BREAKS = (
    "",
    '">',
    "'>",
    "</textarea></title></option></select>",
    "</script></style>-->",
    "`]]>\x0b</noscript></template>",
    '" autofocus onfocus=alert(1) r29 x="',
    "' onmouseover=alert(1) r29 x='",
    " r29 onload=alert(1) ",
    "&quot;&gt;&#62;\\u003e%3E",
)
_BODIES = (
    "<script r29>alert(1)</script>",
    "<ScRiPt r29 src=//127.0.0.1:9/x.js></sCrIpT>",
    "<img r29 src=x onerror=alert(1)>",
    "<img r29 src=x:alert(1) onerror=eval(src)>",
    "<svg r29 onload=alert(1)><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg r29><script>alert(1)</script></svg>",
    "<math r29><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe r29 srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<iframe r29 src=javascript:alert(1)></iframe>",
    "<a r29 href=javascript:alert(1)>x</a>",
    "<a r29 href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<details r29 open ontoggle=alert(1)>x</details>",
    "<input r29 autofocus onfocus=alert(1)>",
    "<form r29 action=javascript:alert(1)><button>x</button></form>",
    "<button r29 formaction=javascript:alert(1)>x</button>",
    "<body r29 onload=alert(1)>",
    "<marquee r29 onstart=alert(1)>x</marquee>",
    "<video r29><source onerror=alert(1)></video>",
    "<object r29 data=javascript:alert(1)></object>",
    "<embed r29 src=javascript:alert(1)>",
    "<base r29 href=//127.0.0.1:9/>",
    "<meta r29 http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link r29 rel=stylesheet href=//127.0.0.1:9/x.css>",
    "<style r29>@import '//127.0.0.1:9/x.css';*{background:url(//127.0.0.1:9/)}</style>",
    "<div r29 style=position:fixed;inset:0>x</div>",
    "<div r29 hx-get=/logout hx-trigger=load hx-on:load=alert(1)>x</div>",
    "<div r29 hx-vals='js:{x:alert(1)}' data-hx-trigger=load data-hx-post=/logout>x</div>",
    "<template r29><script>alert(1)</script></template>",
    "<p r29>{{ 7 * 7 }}{% raw %}${alert(1)}#{alert(1)}<%= alert(1) %>",
    "<!--[if gte IE 4]><script r29>alert(1)</script><![endif]--><?xml r29 ?>",
)
PAYLOADS = tuple(start + body for start, body in product(_BREAKS, _BODIES))
assert len(PAYLOADS) == 300


def token(payload: int, field: int) -> str:
    """What a page shows where it shows this payload of this field."""
    return f"q{payload:03d}f{field:03d}q"


def text(payloads: range, field: int) -> str:
    """Some payloads one after the other, each behind its token, as the content of a field."""
    return " ".join(f"{token(one, field)}{PAYLOADS[one]}" for one in payloads)
