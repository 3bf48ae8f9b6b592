"""The chart of the bulletin: as SVG for the PDF and the screen, and as a chart of the Word file that Word draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from services.bulletins.content import Point

WIDE, HIGH = 680, 150
"""In CSS pixels; the width of the text of an A4 page with margins of 15 mm."""
LEFT, TOP, BASE = 8, 30, 130
"""Where the columns begin, how high they reach at most, and the line they stand on."""
BAR, LAST_BAR, LINE = "#7aa7d9", "#1456a8", "#c47700"
_INK, _GRID = "#1d2733", "#d9dee4"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


@dataclass(frozen=True, slots=True)
class Bar:
    """One period in the chart: its column, what stands over and under it, the dot of the earlier years (None: none)."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    count: int
    name: str
    last: bool
    dot: float | None


def bars_of(points: Sequence[Point]) -> list[Bar]:
    """The columns of the chart in its own pixels, `WIDE` by `HIGH`."""
    most = max([1, *(one.count for one in points), *(one.earlier or 0 for one in points)])
    step, height = (WIDE - LEFT) / max(len(points), 1), BASE - TOP

    def up(value: float) -> float:
        return round(BASE - height * value / most, 1)

    found = []
    for place, one in enumerate(points):
        x, y = LEFT + step * place, up(one.count)
        dot = None if one.earlier is None else up(one.earlier)
        about = round(x + step / 2, 1), one.count, one.period[2:], place == len(points) - 1, dot
        found.append(Bar(round(x + step * 0.2, 1), y, round(step * 0.6, 1), round(BASE - y, 1), *about))
    return found


def svg(points: Sequence[Point], *, title: str, bars: str, line: str, fonts: str = "sans-serif") -> str:
    """Bars of this year, the last one darker; a line with dots of the earlier years. Every bar bears its number."""
    size = f'viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" height="{HIGH}" font-size="11" font-family="{escape(fonts)}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(title)}">',
        f'<path d="M{LEFT} {BASE}H{WIDE}" stroke="{_GRID}"/>',
    ]
    columns = bars_of(points)
    for one in columns:
        fill = LAST_BAR if one.last else BAR
        parts.append(f'<rect x="{one.x}" y="{one.y}" width="{one.width}" height="{one.height}" fill="{fill}"/>')
        parts.append(_text(one.middle, one.y - 4, str(one.count)))
        parts.append(_text(one.middle, HIGH - 6, one.name))
    known = [(one.middle, one.dot) for one in columns if one.dot is not None]
    if known:
        path = " ".join(f"{x},{y}" for x, y in known)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{LINE}" stroke-width="2" stroke-dasharray="5 3"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3.5" fill="{LINE}"/>' for x, y in known]
        parts.append(f'<path d="M{WIDE - 190} 8h22" stroke="{LINE}" stroke-width="2" stroke-dasharray="5 3"/>')
        parts.append(_text(WIDE - 164, 12, line, anchor="start"))
    parts.append(f'<rect x="{LEFT}" y="3" width="10" height="10" fill="{BAR}"/>')
    parts.append(_text(LEFT + 14, 12, bars, anchor="start"))
    return "".join([*parts, "</svg>"])


def _text(x: float, y: float, said: str, *, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_INK}">{escape(said)}</text>'


def chart_xml(points: Sequence[Point], *, bars: str, line: str) -> str:
    """A chart part of DrawingML: columns of this year and, where one is known, a line of the earlier years."""
    names = [one.period[2:] for one in points]
    columns = _series(
        0, bars, names, [one.count for one in points], _filled(BAR), '<c:invertIfNegative val="0"/>', labels=True
    )
    lines = ""
    if any(one.earlier is not None for one in points):
        own = _series(1, line, names, [one.earlier for one in points], _stroked(LINE), _MARKER, labels=False)
        alike = '<c:grouping val="standard"/><c:varyColors val="0"/>'
        lines = f'<c:lineChart>{alike}{own}<c:marker val="1"/>{_AXES}</c:lineChart>'
    bar = (
        f'<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>{columns}'
        f'<c:gapWidth val="60"/>{_AXES}</c:barChart>'
    )
    across = (
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="b"/><c:majorTickMark val="none"/><c:tickLblPos val="low"/>{_SMALL}'
        '<c:crossAx val="2"/></c:catAx>'
    )
    up = (
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="l"/><c:majorGridlines>{_stroked("D9DEE4")}</c:majorGridlines>'
        f'<c:numFmt formatCode="0" sourceLinked="0"/><c:majorTickMark val="none"/><c:tickLblPos val="nextTo"/>{_SMALL}'
        '<c:crossAx val="1"/></c:valAx>'
    )
    legend = f'<c:legend><c:legendPos val="t"/><c:overlay val="0"/>{_SMALL}</c:legend>'
    return (
        f'<c:chartSpace xmlns:c="{_DRAWING}/chart" xmlns:a="{_DRAWING}/main"><c:roundedCorners val="0"/><c:chart>'
        f'<c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>{bar}{lines}{across}{up}</c:plotArea>{legend}'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        "<c:spPr><a:ln><a:noFill/></a:ln></c:spPr></c:chartSpace>"
    )


_SMALL = '<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="800"/></a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>'
_AXES = '<c:axId val="1"/><c:axId val="2"/>'
_MARKER = '<c:marker><c:symbol val="circle"/><c:size val="6"/></c:marker>'


def _filled(colour: str) -> str:
    return f'<c:spPr><a:solidFill><a:srgbClr val="{colour.lstrip("#").upper()}"/></a:solidFill></c:spPr>'


def _stroked(colour: str) -> str:
    fill = f'<a:solidFill><a:srgbClr val="{colour.lstrip("#").upper()}"/></a:solidFill>'
    return f'<c:spPr><a:ln w="19050">{fill}</a:ln></c:spPr>'


def _series(
    place: int, name: str, names: Sequence[str], values: Sequence[float | None], look: str, more: str, *, labels: bool
) -> str:
    column = "BC"[place]
    told = [(index, value) for index, value in enumerate(values) if value is not None]
    shown = (
        f"<c:dLbls>{_SMALL}"
        '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
        '<c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        if labels
        else ""
    )
    texts = "".join(f'<c:pt idx="{index}"><c:v>{escape(one)}</c:v></c:pt>' for index, one in enumerate(names))
    numbers = "".join(f'<c:pt idx="{index}"><c:v>{value:g}</c:v></c:pt>' for index, value in told)
    size = len(names)
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/>'
        f"<c:tx><c:strRef><c:f>Sheet1!${column}$1</c:f><c:strCache>"
        f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{escape(name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>{look}{more}'
        f"{shown}<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${size + 1}</c:f><c:strCache>"
        f'<c:ptCount val="{size}"/>{texts}</c:strCache></c:strRef></c:cat><c:val><c:numRef>'
        f"<c:f>Sheet1!${column}$2:${column}${size + 1}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{size}"/>{numbers}</c:numCache></c:numRef></c:val></c:ser>'
    )
