"""Tasks beside a case and above My cases. `{% load tasks %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cases.agenda import parts
from cases.models import Task
from smbcases.lib import spans

register = template.Library()


@register.inclusion_tag("cases/tasks_of_case.html", takes_context=True)
def tasks_of(context: Any) -> dict[str, Any]:
    """The reader's open tasks of the case that the page is about, and a line to add one."""
    return parts.of_case(context["request"], context["case"])


@register.inclusion_tag("cases/my_tasks.html", takes_context=True)
def my_tasks(context: Any) -> dict[str, Any]:
    """What the reader has to do today, and what is left from before."""
    return parts.of_today(context["request"])


@register.filter
def task_due(task: Task) -> SafeString:
    """`today`, `tomorrow`, `24 Nov`; late ones say by how many days."""
    today = timezone.localdate()
    late = (today - task.due_on).days
    if late > 0:
        return format_html('<span class="words tone-late">overdue, {} d</span>', late)
    tone = "soon" if late == 0 else "plain"
    return format_html(
        '<span class="words tone-{}">{}</span>', tone, spans.day_in_words(task.due_on, today=today)
    )
