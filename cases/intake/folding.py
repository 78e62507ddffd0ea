"""What somebody wrote, parted from what they quoted and how they sign. Pure.

quotequail finds the quotes of many programs and languages. What it takes for the line above a quote stays with the
words before; here it goes with the quote. Whatever is not recognised is shown: nothing is ever cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import quotequail

_LONGEST = 100_000
_LINE_ABOVE = 500
_FROM = "From|Von|De|Da|Van|Från|Fra|Od|Lähettäjä|Kimden|От|差出人|发件人|寄件者|보낸 사람"
_SENT = (
    "Sent|Date|Gesendet|Datum|Envoyé|Enviado|Fecha|Inviato|Data|Verzonden|Skickat|Sendt|Wysłano|Tarih|Дата"
    "|送信日時|发送时间|寄件日期|보낸 날짜"
)
_BLOCK = re.compile(
    rf"^[>* \t]{{0,20}}(?:{_FROM})\*? ?[::].*\n(?:.*\n){{0,2}}?[>* \t]{{0,20}}(?:{_SENT})\*? ?[::]",
    re.MULTILINE,
)
_ABOVE = re.compile(
    r"\n[^\n]{0,200}(?:\n[^\n]{0,120})?[::]\s*\Z|\n[-_]{2,}[^\n]{0,80}[-_]{2,}\s*\Z|\n_{10,}\s*\Z"
)
_SIGNED = re.compile(
    r"^(?:--[ \t]*|Sent from my [^\n]{1,40}|Von meinem [^\n]{1,40} gesendet|Envoyé de mon [^\n]{1,40}"
    r"|Enviado desde mi [^\n]{1,40}|Get Outlook for [^\n]{1,40})$",
    re.MULTILINE,
)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of a mail; all but what was `said` is folded."""

    kind: Literal["said", "quote", "signature"]
    text: str

    @property
    def title(self) -> str:
        return {"quote": "Earlier mails", "signature": "Signature"}.get(self.kind, "")


def fold(text: str) -> tuple[Piece, ...]:
    """The text in pieces, in its order; all of it."""
    said, quoted = _part(text[:_LONGEST])
    quoted += text[_LONGEST:]
    signed = _SIGNED.search(said)
    words, signature = (said[: signed.start()], said[signed.start() :]) if signed else (said, "")
    if not words.strip():
        words, signature = said, ""
    pieces = (
        Piece(kind="said", text=words.strip("\n")),
        Piece(kind="signature", text=signature.strip("\n")),
        Piece(kind="quote", text=quoted.strip("\n")),
    )
    return tuple(piece for piece in pieces if piece.text.strip())


def _part(text: str) -> tuple[str, str]:
    """What was said, and the quote that the mail ends with."""
    block = _BLOCK.search(text)
    if block and text[: block.start()].strip():
        return _with_line_above(text[: block.start()], text[block.start() :])
    stretches = quotequail.quote(text)
    at = next((n for n, (shown, _) in enumerate(stretches) if not shown), len(stretches))
    said = "\n".join(words for _, words in stretches[:at])
    quoted = "\n".join(words for _, words in stretches[at:])
    if not said.strip():
        return text, ""
    return _with_line_above(said, quoted) if quoted else (said, "")


def _with_line_above(said: str, quoted: str) -> tuple[str, str]:
    start = max(0, len(said) - _LINE_ABOVE)
    above = _ABOVE.search(said, start)
    if above is None or not said[: above.start()].strip():
        return said, quoted
    return said[: above.start()], f"{said[above.start() :].strip()}\n{quoted}"
