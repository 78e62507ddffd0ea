"""Filters that turn what a page holds into what it says. `{% load desk %}`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from heroicons.templatetags.heroicons import heroicon_outline

from cases import badges, next_steps
from cases.models import Case
from smbcases.lib import money as amounts
from smbcases.lib import spans

register = template.Library()
_PICK = (
    '<td role="cell" class="cell-pick"><label class="pick"><input class="form-check-input" type="checkbox" name="case"'
    ' value="{}" aria-label="Select {}" data-pick></label></td>'
)
_STEP = '<td role="cell" class="cell-more cell-step"><span class="lines-2" title="{}">{}{}{}</span></td>'
_NO_STEP = mark_safe(
    '<td role="cell" class="cell-more cell-step is-blank"><span class="lines-2">—</span></td>'
)
_NO_LIMIT = mark_safe('<span class="age-free" aria-hidden="true">no limit</span>')


@register.simple_tag
@cache
def glyph(name: str, size: str) -> str:
    """The SVG of an icon, drawn once: a page has dozens."""
    return heroicon_outline(name, size=int(size), aria_hidden="true", **{"class": "glyph"})


@register.filter
def status_badge(case: Case) -> SafeString:
    """The status as a badge. It and the next four are markup made here: lists have them by the hundred."""
    badge = badges.status(case)
    return format_html(
        '<span class="tag tone-{}" title="{}"><span class="tag-dot" aria-hidden="true"></span>{}</span>',
        badge.tone,
        badge.hint,
        badge.words,
    )


@register.filter
def touch_badge(case: Case) -> SafeString:
    """`Touch due`, `Touch overdue, 2 d`; nothing where the cadence asks for nothing yet."""
    badge = badges.touch(case, today=timezone.localdate())
    if badge is None:
        return SafeString()
    return format_html('<span class="tag tone-{}" title="{}">{}</span> ', badge.tone, badge.hint, badge.words)


@register.filter
def question_badge(case: Case) -> SafeString:
    """`Question`, `Question late`; nothing where nobody asks. Who filed it reads what became of theirs instead."""
    if case.question_told:
        return format_html('<span class="quiet">{}</span> ', case.question_told)
    badge = badges.question(case, now=timezone.now())
    if badge is None:
        return SafeString()
    return format_html('<span class="tag tone-{}" title="{}">{}</span> ', badge.tone, badge.hint, badge.words)


@register.filter
def priority_words(case: Case) -> SafeString:
    badge = badges.priority(case)
    return format_html('<span class="words tone-{}">{}</span>', badge.tone, badge.words)


@register.filter
def due_words(case: Case) -> SafeString:
    due = badges.due(case, now=timezone.now())
    if due.at is None:
        return format_html('<span class="words tone-{}">{}</span>', due.tone, due.words)
    return format_html(
        '<time class="words tone-{}" datetime="{}" title="{}">{}</time>',
        due.tone,
        due.at.isoformat(),
        exactly(due.at),
        due.words,
    )


_BAR = (
    '<svg class="age-bar tone-{}" viewBox="0 0 {} 1" preserveAspectRatio="none" aria-hidden="true">'
    '<rect class="age-rest" width="{}" height="1" /><rect class="age-done" width="{}" height="1" /></svg>'
)


@register.filter
def age_bar(case: Case) -> SafeString:
    """The days open, and a bar of as many parts as it may be open days."""
    age = badges.age(case, now=timezone.now())
    bar = format_html(_BAR, age.tone, age.of, age.of, age.filled) if age.of else _NO_LIMIT
    return format_html(
        '<span class="age" title="{}"><span class="age-days" aria-hidden="true">{}</span>{}'
        '<span class="visually-hidden">{}</span></span>',
        age.words,
        age.days,
        bar,
        age.words,
    )


@register.filter
def category_of(case: Case) -> str:
    return case.rules.categories[case.category].short


@register.filter
def type_of(case: Case) -> str:
    """The case type's name; its key where the playbook has dropped it."""
    spec = case.rules.triggers.get(case.case_type)
    return spec.name if spec else case.case_type.replace("_", " ")


@register.filter
def about(case: Case) -> str:
    """What a list says beside the case type: account and category, or the subject where it says more."""
    name = case.account.name if case.account else ""
    if not name:
        return f"{case.subject} · {category_of(case)}"
    return f"{name} · {category_of(case)}" if case.subject.startswith(name) else f"{case.subject} · {name}"


@register.filter
def about_line(case: Case) -> SafeString:
    """What `about` says, whole in the title where the line has to be cut."""
    words = about(case)
    return format_html('<span class="row-more lines-2" title="{}">{}</span>', words, words)


@register.filter
def pick_cell(case: Case) -> SafeString:
    """The cell that selects a case for an act on many."""
    return format_html(_PICK, case.pk, case.number)


@register.filter
def step_cell(case: Case) -> SafeString:
    """What comes next: an open question and a touch that is due, then the next step; a dash where nothing does."""
    asked, touch, words = question_badge(case), touch_badge(case), step_words(case)
    if not (asked or touch or words):
        return _NO_STEP
    return format_html(_STEP, case.next_steps, asked, touch, words)


@register.filter
def step_words(case: Case) -> str:
    """The next step without its date and initials: lists say when it is due beside it."""
    return next_steps.strip(case.next_steps)


@register.filter
def ago(at: datetime | date | None) -> str:
    """`12 m ago`, `in 3 h`, `18 Nov`: near things by distance, far ones by date."""
    if at is None:
        return "—"
    now = timezone.now()
    if not isinstance(at, datetime):
        return spans.day_in_words(at, today=timezone.localdate(now))
    apart = now - at
    if abs(apart.days) > 1:
        return spans.day_in_words(timezone.localdate(at), today=timezone.localdate(now))
    return f"{spans.in_words(apart)} ago" if at <= now else f"in {spans.in_words(-apart)}"


@register.filter
def exactly(at: datetime | date | None) -> str:
    """`Sat 21 Nov 2026, 09:14:03 CET`, in the reader's zone."""
    if at is None:
        return ""
    if not isinstance(at, datetime):
        return f"{at:%a} {at.day} {at:%b %Y}"
    local = timezone.localtime(at)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S %Z}"


@register.filter
def money(amount: Decimal | int | None, currency: str = "USD") -> str:
    """`$11,900`, with cents only where there are some; `—` for an unknown amount."""
    return "—" if amount is None else amounts.money(amount, currency)


@register.filter
def capped(count: int, most: int = 999) -> str:
    """A count as far as it was counted: `999+`."""
    return f"{most}+" if count > most else str(count)


@register.filter
def fullness(value: int, of: int) -> str:
    """The tone of a meter: soon from 90 %, late when nothing is left."""
    if value >= of:
        return "late"
    return "soon" if value * 10 >= of * 9 else "plain"
