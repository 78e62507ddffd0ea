"""Cases in the admin: to look up and to read. What changes a case is done on its page, by its rules."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.administering import HouseAdmin
from cases import case_territory
from cases.mail.template_admin import TemplateAdmin
from cases.models import Case, Escalation, History, Mail, MailTemplate, RoomSummary
from smbcases import playbook

_NUMBER = re.compile(r"(?:SMB-)?0*(\d{1,18})", re.IGNORECASE)


class OfPlaybook(admin.SimpleListFilter):
    """A filter whose words come from the active playbook; asking the cases for theirs would read them all."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, self.name_of(item)) for key, item in self.items().items()]

    def items(self) -> dict[str, Any]:
        raise NotImplementedError

    def name_of(self, item: Any) -> str:
        return str(item.name)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        value = self.value()
        return queryset.filter(**{str(self.parameter_name): value}) if value else queryset


class ByStatus(OfPlaybook):
    title = parameter_name = "status"

    def items(self) -> dict[str, Any]:
        return dict(playbook.active().statuses)


class ByCategory(OfPlaybook):
    title = parameter_name = "category"

    def items(self) -> dict[str, Any]:
        return dict(playbook.active().categories)


class ByTerritory(OfPlaybook):
    title = parameter_name = "territory"

    def items(self) -> dict[str, Any]:
        return dict(playbook.active().territories)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        value = self.value()
        return queryset.filter(case_territory.lies_in(value)) if value else queryset


@admin.register(Case)
class CaseAdmin(HouseAdmin):
    list_display = ("number", "subject", "account", "owner", "status", "territory", "opened_at", "page")
    list_select_related = ("account", "owner")
    list_filter = (ByStatus, ByCategory, ByTerritory, "priority", "origin")
    search_fields = ("subject__istartswith",)
    search_help_text = "A number such as SMB-10471, or the beginning of a subject."

    def searched(self, term: str) -> Q:
        number = _NUMBER.fullmatch(term)
        return Q(pk=int(number[1])) if number else super().searched(term)

    @admin.display(description="Page")
    def page(self, case: Case) -> str:
        return format_html('<a href="{}">Work on it</a>', reverse("case", args=[case.pk]))

    def get_fields(self, request: HttpRequest, obj: Case | None = None) -> Any:
        return ("page", *(field.name for field in Case._meta.fields))


@admin.register(History)
class HistoryAdmin(HouseAdmin):
    list_display = ("id", "case_id", "version", "at", "actor", "person", "verb")
    list_select_related = ("person",)
    search_help_text = "The number of a case, such as SMB-10471."
    search_fields = ("case",)

    def searched(self, term: str) -> Q:
        number = _NUMBER.fullmatch(term)
        return Q(case=int(number[1])) if number else Q(pk__in=[])


admin.site.register(MailTemplate, TemplateAdmin)


@admin.register(Mail)
class MailAdmin(HouseAdmin):
    """Mails to customers, to look up and to read; what to do about one is decided on its case."""

    list_display = (
        "id",
        "case_id",
        "to_address",
        "subject",
        "person",
        "state",
        "attempts",
        "written_at",
        "sent_at",
    )
    list_select_related = ("person",)
    list_filter = ("state",)
    search_help_text = "The number of a case, such as SMB-10471, or the beginning of an address."
    search_fields = ("to_address__istartswith",)

    def searched(self, term: str) -> Q:
        number = _NUMBER.fullmatch(term)
        return Q(case=int(number[1])) if number else Q(to_address__istartswith=term)


@admin.register(Escalation)
class EscalationAdmin(HouseAdmin):
    """What was asked of managers, SMB Ops and Support, to look up and to read; answers are given on Requests."""

    list_display = ("id", "case_id", "kind", "state", "asked_by", "asked_at", "answered_by", "answered_at")
    list_select_related = ("asked_by", "answered_by")
    list_filter = ("kind", "state")
    search_help_text = "The number of a case, such as SMB-10471."
    search_fields = ("case",)

    def searched(self, term: str) -> Q:
        number = _NUMBER.fullmatch(term)
        return Q(case=int(number[1])) if number else Q(pk__in=[])


@admin.register(RoomSummary)
class RoomSummaryAdmin(HouseAdmin):
    """That rooms were looked at for the weekly summary, to look up and to read."""

    list_display = ("person", "week_on", "at", "things", "of_team")
    list_select_related = ("person",)
