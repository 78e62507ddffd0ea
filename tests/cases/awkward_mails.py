"""More than 150 mails as the world sends them: odd charsets, broken MIME, machines, attacks, and nothing at all.

Each has a name and its own Message-ID, but for those that are about having none.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from email.message import EmailMessage

from tests.cases.mails_in import ADDRESS

Named = dict[str, bytes]
_HEAD = "Message-ID: <{name}@awkward.example>\r\nFrom: {sender}\r\nTo: {to}\r\n"
_TEXTS = {
    "de": "Grüße aus Köln: wir brauchen 40 Plätze für ßcharfe Köpfe.",
    "fr": "Où est le devis ? Ça coûte cher, déjà.",
    "ja": "席を四十に増やしたいです。よろしくお願いします。",
    "ru": "Нам нужно сорок мест до конца мая.",
    "zh": "我们需要四十个席位，谢谢。",
    "ko": "좌석 40개가 필요합니다.",
    "he": "אנחנו צריכים ארבעים מקומות.",
    "el": "Χρειαζόμαστε σαράντα θέσεις.",
    "pl": "Zażółć gęślą jaźń.",
    "emoji": "40 seats 🎉👩‍💻 please",
}
_CHARSETS = [
    *[("de", one) for one in ("utf-8", "iso-8859-1", "iso-8859-15", "cp1252", "mac_roman", "utf-7", "cp850")],
    *[("fr", one) for one in ("iso-8859-1", "utf-16", "utf-8-sig")],
    *[("ja", one) for one in ("iso-2022-jp", "shift_jis", "euc-jp", "utf-8")],
    *[("ru", one) for one in ("koi8-r", "cp1251", "iso-8859-5", "cp866")],
    *[("zh", one) for one in ("gb2312", "gbk", "gb18030", "big5")],
    *[("ko", one) for one in ("euc-kr", "ks_c_5601-1987", "iso-2022-kr")],
    *[("he", one) for one in ("iso-8859-8", "iso-8859-8-i", "cp1255")],
    *[("el", one) for one in ("iso-8859-7", "cp1253")],
    *[("pl", one) for one in ("iso-8859-2", "cp1250")],
    *[("emoji", one) for one in ("utf-8", "utf-16", "utf-32")],
]
_NO_CHARSETS = [
    "x-unknown",
    "",
    "utf-9",
    "hex",
    "unicode_escape",
    "rot13",
    "idna",
    "zlib",
    '"utf-8',
    "a" * 300,
    "utf-8\0",
]


def all_of_them() -> Named:
    found: Named = {}
    for group in (_charsets, _headers, _structures, _files, _machines, _bodies, _attacks, _cut, _chance):
        for name, raw in group():
            assert name not in found, name
            found[name] = raw
    return found


def _raw(name: str, head: str = "", body: bytes = b"Hello", *, to: str = ADDRESS, sender: str = "") -> bytes:
    """A mail in bytes; each comes from somebody else."""
    who = sender or f"Somebody <somebody@{name}.example>"
    start = _HEAD.format(name=name, sender=who, to=to)
    return f"{start}{head}\r\n\r\n".encode("utf-8", "surrogateescape") + body


def _text(charset: str, encoding: str = "8bit") -> str:
    return (
        f"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}\r\n"
        f"Content-Transfer-Encoding: {encoding}"
    )


def _charsets() -> Iterator[tuple[str, bytes]]:
    for language, charset in _CHARSETS:
        known = {"iso-8859-8-i": "iso-8859-8", "ks_c_5601-1987": "cp949", "gb2312": "gb18030"}.get(
            charset, charset
        )
        body = _TEXTS[language].encode(known, "replace")
        yield (
            f"charset-{language}-{charset.replace('_', '-')}",
            _raw(
                f"charset-{language}-{charset.replace('_', '-')}",
                _text(charset, "base64"),
                base64.encodebytes(body),
            ),
        )
    for number, charset in enumerate(_NO_CHARSETS):
        yield f"no-charset-{number}", _raw(f"no-charset-{number}", _text(charset), _TEXTS["de"].encode())
    for charset in ("us-ascii", "ascii", "iso-8859-1"):
        yield f"lies-{charset}", _raw(f"lies-{charset}", _text(charset), _TEXTS["ja"].encode())
    yield "half-of-utf8", _raw("half-of-utf8", _text("utf-8"), _TEXTS["zh"].encode()[:-1])
    yield "no-mime-at-all", _raw("no-mime-at-all", "Subject: x", _TEXTS["de"].encode("cp1252"))
    yield "nul-bytes", _raw("nul-bytes", _text("utf-8"), b"He\0llo\0")


_SUBJECTS = {
    "none": "",
    "empty": "Subject:",
    "spaces": "Subject:    ",
    "twice": "Subject: one\r\nSubject: two",
    "long": "Subject: " + "very " * 1000 + "long",
    "raw-utf8": "Subject: Größe 尺寸",
    "folded": "Subject: one\r\n two\r\n\tthree",
    "bad-q": "Subject: =?utf-8?q?=ZZ=C3?=",
    "bad-b": "Subject: =?utf-8?b?####?=",
    "no-charset": "Subject: =?none?q?abc?=",
    "no-end": "Subject: =?utf-8?q?abc",
    "split-char": "Subject: =?utf-8?b?5bg=?= =?utf-8?b?rQ==?=",
    "control": "Subject: a\x01\x02\x1bb",
    "injection": "Subject: =?utf-8?q?a=0D=0ABcc:_x@y.example?=",
    "right-to-left": "Subject: \u202etxt.exe",
    "emoji": "Subject: 🎉🎉🎉",
    "template": "Subject: {contact} {% now %} {{ x }}",
    "re": "Subject: Re: Re: AW: FW: [SMB-10001] x",
}
_DATES = {
    "none": "",
    "empty": "Date:",
    "future": "Date: Tue, 3 Mar 2099 10:00:00 +0000",
    "past": "Date: Thu, 1 Jan 1970 00:00:00 +0000",
    "far-past": "Date: Mon, 1 Jan 0001 00:00:00 +0000",
    "far-future": "Date: Fri, 31 Dec 9999 23:59:59 -1200",
    "no-day": "Date: 31 Feb 2026 10:00:00 +0000",
    "words": "Date: yesterday",
    "zone": "Date: Tue, 3 Mar 2026 10:00:00 +9999",
    "two-digits": "Date: 3 Mar 26 10:00 EST",
    "overflow": "Date: Tue, 3 Mar 99999 10:00:00 +0000",
}
_SENDERS = {
    "two": "a@two.example, b@two.example",
    "bare": "bare@sender.example",
    "no-brackets": "Ada Weber ada@no-brackets.example",
    "quoted": '"Weber, Ada \\"A\\"" <ada@quoted.example>',
    "comment": "ada@comment.example (Ada (Weber))",
    "group": "Friends: ada@group.example, bo@group.example;",
    "utf8": "Jörg <jörg@utf8.example>",
    "encoded": "=?iso-8859-1?q?J=F6rg?= <joerg@encoded.example>",
    "capitals": "ADA@CAPITALS.EXAMPLE",
    "plus": "ada+tag@plus.example",
    "ip": "ada@[127.0.0.1]",
    "long": f"{'a' * 300}@long.example",
    "no-at": "somebody",
    "empty": "",
    "only-name": "Ada Weber",
    "nested": "<<ada@nested.example>>",
    "newline": "Ada\r\n <ada@newline.example>",
    "semicolons": "ada@semi.example; bo@semi.example",
}


def _headers() -> Iterator[tuple[str, bytes]]:
    for name, line in _SUBJECTS.items():
        yield f"subject-{name}", _raw(f"subject-{name}", line)
    for name, line in _DATES.items():
        yield f"date-{name}", _raw(f"date-{name}", line)
    for name, sender in _SENDERS.items():
        yield f"sender-{name}", _raw(f"sender-{name}", "Subject: x", sender=sender or " ")
    ten = ", ".join(f"p{number}@others.example" for number in range(10))
    yield "ten-recipients", _raw("ten-recipients", "Subject: x", to=f"{ADDRESS}, {ten}")
    yield "undisclosed", _raw("undisclosed", "Subject: x", to="undisclosed-recipients:;")
    yield "no-headers", b"\r\njust words"
    yield "no-body", b"From: a@no-body.example\r\nSubject: no body"
    yield "no-message-id", b"From: a@no-id.example\r\n\r\nHello"
    yield "bad-message-id", b"Message-ID: not an id\r\nFrom: a@bad-id.example\r\n\r\nHello"
    yield "long-message-id", b"Message-ID: <" + b"x" * 2000 + b"@y>\r\nFrom: a@long-id.example\r\n\r\nHello"
    yield "bare-lf", _raw("bare-lf", "Subject: x").replace(b"\r\n", b"\n")
    yield "bare-cr", _raw("bare-cr", "Subject: x", b"one\rtwo\rthree")
    yield "mbox-from", b"From a@mbox.example Tue Mar  3 10:00:00 2026\r\n" + _raw("mbox-from", "Subject: x")
    yield "byte-order-mark", b"\xef\xbb\xbf" + _raw("byte-order-mark", "Subject: x")
    yield (
        "many-references",
        _raw("many-references", "References: " + " ".join(f"<{number}@x.example>" for number in range(500))),
    )
    yield (
        "references-to-itself",
        _raw("references-to-itself", "References: <references-to-itself@awkward.example>"),
    )
    yield "bad-token", _raw("bad-token", "Subject: x", to="cases+1-aaaaaaaaaaaaaaaa@cases.example.com")
    yield (
        "huge-token",
        _raw("huge-token", "Subject: x", to=f"cases+{'9' * 18}-aaaaaaaaaaaaaaaa@cases.example.com"),
    )


def _multipart(name: str, kind: str, *parts: bytes, boundary: str = "edge", end: bool = True) -> bytes:
    lines = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    closing = b"--" + boundary.encode() + b"--\r\n" if end else b""
    head = f'Subject: {name}\r\nMIME-Version: 1.0\r\nContent-Type: {kind}; boundary="{boundary}"'
    return _raw(name, head, lines + closing)


_PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\nPlain words."
_HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Formatted <b>words</b>.</p>"
_CALENDAR = (
    b"Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\n"
    b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Call\r\nEND:VEVENT\r\nEND:VCALENDAR"
)


def _structures() -> Iterator[tuple[str, bytes]]:
    for kind in ("mixed", "alternative", "related", "signed", "digest", "parallel", "made-up"):
        yield f"multipart-{kind}", _multipart(f"multipart-{kind}", f"multipart/{kind}", _PLAIN, _HTML)
    yield "html-only", _raw("html-only", "Content-Type: text/html; charset=utf-8", b"<p>Only <i>this</i></p>")
    yield "html-footer", _multipart("html-footer", "multipart/mixed", _HTML, _PLAIN)
    yield "no-end", _multipart("no-end", "multipart/mixed", _PLAIN, _HTML, end=False)
    yield "no-parts", _multipart("no-parts", "multipart/mixed")
    yield "no-boundary", _raw("no-boundary", "Content-Type: multipart/mixed", b"--x\r\n\r\nHello\r\n--x--")
    yield (
        "wrong-boundary",
        _raw("wrong-boundary", "Content-Type: multipart/mixed; boundary=a", b"--b\r\n\r\nHi\r\n--b--"),
    )
    yield (
        "empty-boundary",
        _raw("empty-boundary", 'Content-Type: multipart/mixed; boundary=""', b"--\r\n\r\nHi\r\n----"),
    )
    yield "calendar", _multipart("calendar", "multipart/alternative", _PLAIN, _CALENDAR)
    yield (
        "calendar-only",
        _raw("calendar-only", "Content-Type: text/calendar; method=REQUEST", b"BEGIN:VCALENDAR"),
    )
    inner = _raw("inner-mail", "Subject: inside")
    nested = b"Content-Type: message/rfc822\r\n\r\n" + inner
    yield "nested-mail", _multipart("nested-mail", "multipart/mixed", _PLAIN, nested)
    yield "mail-as-body", _raw("mail-as-body", "Content-Type: message/rfc822", inner)
    yield (
        "broken-nested",
        _multipart("broken-nested", "multipart/mixed", _PLAIN, b"Content-Type: message/rfc822\r\n\r\n\0\0"),
    )
    for depth in (10, 60, 900):
        yield f"deep-{depth}", _deep(depth)
    yield "partial", _raw("partial", "Content-Type: message/partial; id=a; number=1; total=3")
    yield "external", _raw("external", "Content-Type: message/external-body; access-type=URL")
    yield "unknown-type", _raw("unknown-type", "Content-Type: nonsense")
    yield "type-twice", _raw("type-twice", "Content-Type: text/plain\r\nContent-Type: text/html", b"<b>x</b>")
    yield "many-parts", _multipart("many-parts", "multipart/mixed", *[_PLAIN] * 400)
    yield (
        "encrypted",
        _multipart(
            "encrypted", "multipart/encrypted", b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1"
        ),
    )
    yield "flowed", _raw("flowed", "Content-Type: text/plain; format=flowed", b"soft \r\nlines \r\nhere")


def _deep(depth: int) -> bytes:
    body = _PLAIN
    for level in range(depth):
        edge = f"e{level}".encode()
        body = (
            b'Content-Type: multipart/mixed; boundary="'
            + edge
            + b'"\r\n\r\n--'
            + edge
            + b"\r\n"
            + body
            + b"\r\n--"
            + edge
            + b"--"
        )
    return _raw(f"deep-{depth}", "Subject: deep").removesuffix(b"\r\n\r\nHello") + b"\r\n" + body


def _files() -> Iterator[tuple[str, bytes]]:
    names = {
        "plain": "po.pdf",
        "path": "../../etc/passwd",
        "drive": "C:\\po.pdf",
        "dots": "...",
        "empty": "",
        "long": "a" * 400 + ".pdf",
        "direction": "\u202efdp.exe",
        "script": "run.sh",
        "html": "page.html",
        "svg": "x.svg",
    }
    for name, file in names.items():
        made = EmailMessage()
        made["Message-ID"], made["From"] = f"<file-{name}@awkward.example>", f"a@file-{name}.example"
        made["To"] = ADDRESS
        made.set_content("See the file.")
        made.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename=file)
        yield f"file-{name}", made.as_bytes()
    encoded = (
        b"Content-Type: application/pdf; name==?utf-8?b?R3LDtsOfZS5wZGY=?=\r\n"
        b"Content-Disposition: attachment\r\n\r\nx"
    )
    yield "file-encoded-name", _multipart("file-encoded-name", "multipart/mixed", _PLAIN, encoded)
    split = (
        b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*0*=utf-8''Gr%C3%B6;"
        b" filename*1=sse.pdf\r\n\r\nx"
    )
    yield "file-split-name", _multipart("file-split-name", "multipart/mixed", _PLAIN, split)
    bad = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=nope'x'%ZZ\r\n\r\nx"
    yield "file-bad-name", _multipart("file-bad-name", "multipart/mixed", _PLAIN, bad)
    for kind, content in (("empty", b""), ("junk", b"\x78\x9f\x3e\x22" + b"\0" * 40), ("text", b"not tnef")):
        part = (
            b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(content)
        )
        yield f"winmail-{kind}", _multipart(f"winmail-{kind}", "multipart/mixed", _PLAIN, part)
    for coding in ("base64", "quoted-printable", "x-uuencode", "binary", "made-up", "7bit"):
        part = (
            f"Content-Type: text/plain\r\nContent-Transfer-Encoding: {coding}\r\n\r\n=ZZ ### not it".encode()
        )
        yield f"coding-{coding}", _multipart(f"coding-{coding}", "multipart/mixed", part)
    yield (
        "inline-image",
        _multipart(
            "inline-image",
            "multipart/related",
            b'Content-Type: text/html\r\n\r\n<p><img src="cid:a"><img src="cid:gone"></p>',
            b"Content-Type: image/png\r\nContent-ID: <a>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=",
        ),
    )
    yield "only-a-file", _raw("only-a-file", "Content-Type: application/pdf; name=po.pdf", b"%PDF-1.4")


def _machines() -> Iterator[tuple[str, bytes]]:
    lines = {
        "replied": "Auto-Submitted: auto-replied",
        "generated": "Auto-Submitted: auto-generated",
        "bulk": "Precedence: bulk",
        "list": "List-Id: <a.b.example>",
        "junk": "Precedence: junk",
        "failed": "X-Failed-Recipients: a@b.example",
        "vacation": "X-Autoreply: yes",
        "odd": "Auto-Submitted: ",
        "hops": "\r\n".join(["Received: from a by b"] * 80),
    }
    for name, line in lines.items():
        yield f"machine-{name}", _raw(f"machine-{name}", line)
    status = b"Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\n"
    kind = "multipart/report; report-type=delivery-status"
    yield "machine-bounce", _multipart("machine-bounce", kind, _PLAIN, status)
    kind = "multipart/report; report-type=disposition-notification"
    yield "machine-read", _multipart("machine-read", kind, _PLAIN)
    yield "machine-ourselves", _raw("machine-ourselves", "Subject: x", sender=f"SMB <{ADDRESS}>")


def _bodies() -> Iterator[tuple[str, bytes]]:
    bodies = {
        "empty": b"",
        "spaces": b"   \r\n \r\n",
        "dots": b".\r\n..\r\n.",
        "one-long-line": b"x" * 300_000,
        "newlines": b"\r\n" * 20_000,
        "quotes": b"> x\r\n" * 5_000,
        "only-signature": b"-- \r\nAda",
        "only-quote": b"> hello\r\n> there",
        "from-line": b">From here\r\nFrom there",
        "binary": bytes(range(256)) * 20,
        "many-words": b"word " * 60_000,
    }
    for name, body in bodies.items():
        yield f"body-{name}", _raw(f"body-{name}", "Subject: x", body)


def _attacks() -> Iterator[tuple[str, bytes]]:
    htmls = {
        "script": "<script>alert(1)</script><p onclick=alert(1)>x</p>",
        "frame": "<iframe src=//e.example></iframe>",
        "image": "<img src=http://e.example/x.gif onerror=alert(1)>",
        "link": "<a href=javascript:alert(1)>x</a>",
        "style": "<style>*{background:url(//e.example)}</style><p style='position:fixed'>x</p>",
        "form": "<form action=//e.example><input name=password></form>",
        "svg": "<svg onload=alert(1)>",
        "math": "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "attribute": '<p title="</p><div class=gmail_quote>">x</p><td title="<blockquote>">',
        "base": "<base href=//e.example>",
        "open": "<" * 50_000,
        "tags": "<div>" * 30_000,
        "entities": "&#0;&#xD800;&#x110000;&nbsp;" * 100,
        "comment": "<!--" + "-" * 10_000,
        "meta": "<meta http-equiv=refresh content='0;url=//e.example'>",
        "cid": '<img src="cid:%22 onerror=alert(1)">',
    }
    for name, html in htmls.items():
        yield f"html-{name}", _raw(f"html-{name}", "Content-Type: text/html; charset=utf-8", html.encode())
    sql = "Subject: '; DROP TABLE cases_case; --"
    yield "sql", _raw("sql", sql, b"Robert'); DROP TABLE students;--")


def _cut() -> Iterator[tuple[str, bytes]]:
    """One whole mail, ended too early at each of many places."""
    whole = _multipart("cut", "multipart/mixed", _PLAIN, _HTML, _CALENDAR)
    for share in range(1, 12):
        yield f"cut-{share}", whole[: len(whole) * share // 12].replace(b"<cut@", f"<cut-{share}@".encode())


def _chance() -> Iterator[tuple[str, bytes]]:
    """One whole mail with bytes changed at random, the same each time."""
    chance = random.Random(11)
    for number in range(12):
        name = f"chance-{number}"
        raw = bytearray(_multipart(name, "multipart/alternative", _PLAIN, _HTML))
        for _ in range(12):
            raw[chance.randrange(120, len(raw))] = chance.randrange(256)
        yield name, bytes(raw)
    for number in range(5):
        yield f"noise-{number}", chance.randbytes(2_000)
