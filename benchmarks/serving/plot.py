"""The results as a picture: requests a second of each peer, a panel for each work, as plain SVG."""

import statistics
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

from results import OURS, peers_of, rate, values

_WIDTH, _PANEL, _ROW, _LABEL = 860, 400, 22, 128
_OURS, _OTHER = "#1a7f5a", "#9aa5b1"
_TEXT, _FAINT = "#24292f", "#6e7781"
_STYLE = "font-family='system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif'"


def svg(found: Mapping[str, Any], name: str = "c64") -> str:
    """Return the picture of one load; readable on white and on black, as GitHub shows both."""
    works = list(found["about"]["works"])
    heights = [_height(found, work, name) for work in works]
    rows = [max(heights[at : at + 2]) for at in range(0, len(works), 2)]
    height = 58 + sum(rows)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' width='{_WIDTH}' "
        f"height='{height}' {_STYLE} font-size='12'>",
        f"<rect width='{_WIDTH}' height='{height}' rx='8' fill='#ffffff'/>",
        f"<text x='20' y='28' font-size='15' font-weight='600' fill='{_TEXT}'>"
        f"Requests a second, one record each, {name[1:]} connections</text>",
    ]
    for at, work in enumerate(works):
        x, y = 20 + (at % 2) * (_PANEL + 20), 50 + sum(rows[: at // 2])
        parts += _panel(found, work, name, x, y)
    about = found["about"]
    parts.append(
        f"<text x='20' y='{height - 12}' font-size='10.5' fill='{_FAINT}'>{escape(about['date'])}, "
        f"{escape(about['machine'])}; medians of {about['rounds']} rounds, the line from the lowest to the "
        f"highest. {_short(about.get('note', ''))}</text></svg>"
    )
    return "\n".join(parts) + "\n"


def _short(note: str) -> str:
    """The start of a note; the page has all of it."""
    return escape("Read the ratios: see the page." if note else "")


def _shown(found: Mapping[str, Any], work: str, name: str) -> list[tuple[str, list[float]]]:
    peers = [peer for peer in peers_of(found, work) if "constant" not in peer]
    measured = [(peer, values(found, work, peer, rate(name))) for peer in peers]
    return sorted(measured, key=lambda one: -statistics.median(one[1]))


def _height(found: Mapping[str, Any], work: str, name: str) -> int:
    return 44 + _ROW * len(_shown(found, work, name))


def _panel(found: Mapping[str, Any], work: str, name: str, x: int, y: int) -> Iterator[str]:
    shown = _shown(found, work, name)
    most = max(max(numbers) for _, numbers in shown)
    scale = (_PANEL - _LABEL - 62) / most
    yield (
        f"<text x='{x}' y='{y + 6}' fill='{_TEXT}'><tspan font-weight='600'>{work}</tspan>"
        f"<tspan fill='{_FAINT}' font-size='11' dx='8'>{escape(found['about']['works'][work])}"
        "</tspan></text>"
    )
    for at, (peer, numbers) in enumerate(shown):
        top, middle = y + 18 + at * _ROW, statistics.median(numbers)
        color, weight = (_OURS, "600") if peer == OURS else (_OTHER, "400")
        left, center = x + _LABEL, top + 8
        yield (
            f"<text x='{left - 8}' y='{top + 12}' text-anchor='end' fill='{_TEXT}' font-weight='{weight}'>"
            f"{escape(peer)}</text>"
        )
        yield f"<rect x='{left}' y='{top}' width='{middle * scale:.1f}' height='15' rx='2' fill='{color}'/>"
        low, high = left + min(numbers) * scale, left + max(numbers) * scale
        if len(numbers) > 1:
            yield (
                f"<path d='M{low:.1f} {center}H{high:.1f}M{low:.1f} {center - 3}v6"
                f"M{high:.1f} {center - 3}v6' "
                f"stroke='{_TEXT}' fill='none'/>"
            )
        end = max(left + middle * scale, high if len(numbers) > 1 else 0)
        yield f"<text x='{end + 6:.1f}' y='{top + 12}' fill='{_TEXT}'>{middle:,.0f}</text>"
