"""A mail that came in, as its page shows it: words folded, HTML harmless, images of its own in place."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from cases.files import kinds
from cases.intake import folding, markup
from cases.intake.folding import Piece
from cases.models import ReceivedMail


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that came with it. `url` is empty where it was not kept, and `why` says so."""

    name: str
    size: int
    kind: str
    url: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    mail: ReceivedMail
    pieces: tuple[Piece, ...]
    html: SafeString
    images_blocked: bool
    files: tuple[File, ...]


def pieces(mail: ReceivedMail) -> tuple[Piece, ...]:
    return folding.fold(mail.text)


def show(mail: ReceivedMail) -> Shown:
    """Sanitised once more at every look: what a newer rule forbids is not shown from older mails either."""
    clean = markup.place_images(mail.html, _images(mail)) if mail.html else ""
    return Shown(
        mail=mail,
        pieces=pieces(mail),
        html=mark_safe(markup.fold(clean)),  # noqa: S308  nh3 has just made it
        images_blocked=markup.blocks_images(clean),
        files=files(mail),
    )


def _images(mail: ReceivedMail) -> dict[str, str]:
    """Where the images of the mail's own text are, by content id."""
    return {
        part["cid"]: reverse("case_file_image", args=[mail.case_id, part["attachment"]])
        for part in mail.parts
        if part["cid"] and part["attachment"] and part["kind"] in kinds.IMAGES and mail.case_id
    }


def files(mail: ReceivedMail) -> tuple[File, ...]:
    """All of them, in the order of the mail."""
    return tuple(
        File(
            name=part["name"],
            size=part["size"],
            kind=part["kind"],
            url=_url(mail, part["attachment"]),
            why=part["why"],
        )
        for part in mail.parts
    )


def _url(mail: ReceivedMail, attachment: int | None) -> str:
    return reverse("case_file", args=[mail.case_id, attachment]) if attachment and mail.case_id else ""
