"""Giving a file out: as something to save, and images alone to look at; nothing that a browser would run."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404

from cases.files import kinds
from cases.models import Attachment


def answer(kept: Attachment, *, inline: bool = False) -> FileResponse:
    """Raises Http404 where the storage has lost the file, or where it is no image that may be shown inline."""
    if inline and kept.content_type not in kinds.IMAGES:
        raise Http404("Only images are shown.")
    kind = kept.content_type if kept.content_type in kinds.HARMLESS else kinds.UNKNOWN
    try:
        content: Any = kept.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("The file is not in the storage any more.") from error
    response = FileResponse(content, as_attachment=not inline, filename=kept.name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
