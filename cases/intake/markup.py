"""HTML of strangers: made harmless, made into text, and folded. Pure.

nh3 leaves only what is listed here. No script, no style, no form survives it, nor an image that would be fetched from
elsewhere and tell its sender that the mail was read; images that came with the mail keep their place by content id.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from urllib.parse import unquote

import nh3

_TAGS = frozenset(
    "a abbr b blockquote br caption code col colgroup dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins li ol p pre"
    " q s small span strong sub sup table tbody td tfoot th thead tr u ul".split()
)
_DROPPED_WHOLE = frozenset("script style head title noscript template object embed iframe svg math".split())
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "div": {"class"},
    "ol": {"start"},
}
_FOLDED = frozenset({"gmail_quote", "gmail_signature", "moz-signature", "moz-cite-prefix", "yahoo_quoted"})
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}

Place = Callable[[str], str | None]


def sanitise(text: str) -> str:
    """The same HTML without anything that acts, or that is fetched from elsewhere."""
    return _clean(text, lambda cid: f"cid:{cid}")


def place_images(clean: str, addresses: Mapping[str, str]) -> str:
    """Sanitised once more, with the images that came with the mail at their addresses, by content id."""
    return _clean(clean, addresses.get)


def _clean(text: str, place: Place) -> str:
    def keep(tag: str, name: str, value: str) -> str | None:
        if name == "class":
            return next((one for one in value.split() if one in _FOLDED), None)
        if tag == "img" and name == "src":
            is_ours = value.lower().startswith("cid:")
            return place(unquote(value[4:].strip("<> "))) if is_ours else None
        # Signs that a browser takes for tags go, so that what follows may look for tags in plain sight.
        return value.replace("<", "").replace(">", "")

    return nh3.clean(
        text,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_EMPTY_TAGS = frozenset("area base br col embed hr img input link meta source track wbr".split())
_DEEPEST = 2_000


def is_too_deep(text: str) -> bool:
    """Whether tags are nested as no person nests them: what is tried against programs takes minutes to clean."""
    depth = 0
    for tag in _TAG.finditer(text):
        if tag[2].lower() not in _EMPTY_TAGS:
            depth = max(0, depth + (-1 if tag[1] else 1))
        if depth > _DEEPEST:
            return True
    return False


def strip(text: str) -> str:
    """The words between the tags, for HTML that is too deep for anything better."""
    return entities.unescape(re.sub(r"[ \t]+", " ", _TAG.sub(" ", text))).strip()


def from_text(text: str) -> str:
    return f"<pre>{entities.escape(text)}</pre>"


_PIECE = re.compile(r"<(/?)(blockquote|div)\b([^>]*)>")
_OPEN = '<details class="mail-fold"><summary>{}</summary>'


def fold(clean: str) -> str:
    """Quotes and signatures behind a line to open them. Only for what `place_images` has made."""
    pieces: list[str] = []
    stack: list[tuple[str, bool]] = []
    last = 0
    for tag in _PIECE.finditer(clean):
        pieces.append(clean[last : tag.start()])
        last = tag.end()
        pieces.append(_folded(tag, stack))
    return "".join([*pieces, clean[last:]])


def _folded(tag: re.Match[str], stack: list[tuple[str, bool]]) -> str:
    is_end, name, rest = bool(tag[1]), tag[2], tag[3]
    if is_end:
        if not stack or stack[-1][0] != name:
            return tag[0]
        return f"{tag[0]}</details>" if stack.pop()[1] else tag[0]
    is_inside = any(folds for _, folds in stack)
    folds = not is_inside and (name == "blockquote" or 'class="' in rest)
    stack.append((name, folds))
    word = "Signature" if "signature" in rest else "Earlier mails"
    return f"{_OPEN.format(word)}{tag[0]}" if folds else tag[0]


def blocks_images(clean: str) -> bool:
    """Whether images were left out that the mail wanted to have fetched."""
    return bool(re.search(r"<img(?![^>]*\ssrc=)", clean))


_BREAKS = frozenset("p div tr table ul ol dl h1 h2 h3 h4 h5 h6 hr pre blockquote li dd dt".split())


class _Words(HTMLParser):
    """The words of sanitised HTML, a line a block, quotes marked as in plain mails."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.quoted = 0
        self.is_pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self._break()
        if tag == "br":
            self.lines.append("")
        elif tag == "li":
            self.lines[-1] += "- "
        elif tag in {"td", "th"} and self.lines[-1].strip():
            self.lines[-1] += "  "
        elif tag == "img":
            self.lines[-1] += next((f"[{alt}]" for name, alt in attrs if name == "alt" and alt), "")
        self._count(tag, 1)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self._break()
        self._count(tag, -1)
        if tag in {"p", "blockquote", "table", "ul", "ol", "pre"} and self.lines[-2:] != ["", ""]:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if self.is_pre:
            first, *others = data.split("\n")
            self.lines[-1] += first
            self.lines += others
            return
        said = re.sub(r"[ \t\r\n\f]+", " ", data)
        self.lines[-1] += said if self.lines[-1].strip("> ") else said.lstrip(" ")

    def _break(self) -> None:
        if self.lines[-1].strip("> "):
            self.lines.append("")
        self.lines[-1] = self.lines[-1] or "> " * self.quoted

    def _count(self, tag: str, by: int) -> None:
        if tag == "blockquote":
            self.quoted = max(0, min(20, self.quoted + by))
            self.lines[-1] = "> " * self.quoted if not self.lines[-1].strip("> ") else self.lines[-1]
        elif tag == "pre":
            self.is_pre = max(0, self.is_pre + by)


def to_text(text: str) -> str:
    """What the HTML says, for reading: no styles, no addresses of links, no more than one empty line together."""
    if not text.strip():
        return ""
    words = _Words()
    words.feed(sanitise(text))
    words.close()
    lines = (line.rstrip().replace("\xa0", " ") for line in words.lines)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
