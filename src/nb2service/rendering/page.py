"""Page: a saved notebook becomes `model/notebook.html`, by nbconvert where that is installed."""

import base64
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2service.rendering.left_in import Left, left_in, weight, without_images, without_outputs

FILE = "notebook.html"
LIMIT = 2_000_000
# The card has room for so many; the page has them all.
_TOLD = 3
_HERE = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Page:
    """A notebook as HTML.

    Attributes:
        html: the text of the page.
        left_out: what the page has not, in words.
    """

    html: str
    left_out: tuple[str, ...] = ()

    def __str__(self) -> str:
        """What the card says of it."""
        size = f"the notebook as it was saved, {len(self.html) // 1000 + 1} kB, at /notebook"
        more = len(self.left_out) - _TOLD
        told = [*self.left_out[:_TOLD], *([f"{more} more, which it lists"] if more > 0 else [])]
        out = f"left out: {'; '.join(told)}" if told else ""
        return ". ".join(filter(None, [size if self.html else "", out]))


def render(name: str, stored: Any, marked: int) -> Page | None:
    """Render a notebook as it was saved; the same file gives the same page.

    Args:
        name: the notebook's name.
        stored: the notebook as nbformat has it.
        marked: the number of the cell that is served.

    Returns:
        The page, without text if it could not be made; None without nbconvert.
    """
    try:
        from nbconvert.exporters.html import HTMLExporter
    except ImportError:
        return None
    left = left_in(stored, marked)
    for smaller in (lambda one: one, without_images, without_outputs):
        left = smaller(left)
        if weight(left) > LIMIT:
            continue  # rendering it would take long, and all for nothing
        try:
            html = _html(HTMLExporter, name, left)
        except (
            Exception
        ) as error:  # whatever nbconvert stumbles over is no reason against a service
            return Page("", (f"all of it: nbconvert fails with {type(error).__name__}",))
        if len(html.encode()) <= LIMIT:
            return Page(html, left.out)
    return Page("", (f"all of it: even without outputs it is larger than {LIMIT // 10**6} MB",))


def write_page(folder: Path, page: Page | None) -> None:
    """Write `notebook.html` into the folder `model/`, if there is a page."""
    if page is not None and page.html:
        (folder / FILE).write_text(page.html, encoding="utf-8")


def _html(exporter_class: Any, name: str, left: Left) -> str:
    from nb2service.rendering.clean import clean

    quiet = logging.Logger("nbconvert")  # it warns of plots without a text in place of them
    quiet.addHandler(logging.NullHandler())
    exporter = exporter_class(
        template_name="page", extra_template_basedirs=[str(_HERE)], sanitize_html=True, log=quiet
    )
    # nbconvert's own filter shows the tags of a table as text.
    exporter.register_filter("clean_html", clean)
    html, _ = exporter.from_notebook_node(left.notebook, resources={"page": _told(name, left)})
    return str(html)


def _told(name: str, left: Left) -> Mapping[str, Any]:
    css = (_HERE / "page" / "page.css").read_text(encoding="utf-8") + _highlighting()
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return {"name": name, "css": css, "css_hash": f"sha256-{digest}", "left_out": left.out}


def _highlighting() -> str:
    """Return the colours of the code, in light and in dark."""
    from pygments.formatters import HtmlFormatter

    light, dark = (
        HtmlFormatter(style=style).get_style_defs(".highlight") for style in ("default", "monokai")
    )
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"
