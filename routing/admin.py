"""Triggers, pools, time off and what was decided, in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.access import Act, person_of
from accounts.admin import PersonAdmin
from accounts.administering import HouseAdmin, HouseInline
from accounts.models import Person
from cases.models import MailTemplate
from routing import roster
from routing.models import (
    Assignment,
    BookPass,
    Drain,
    Evaluation,
    Member,
    Nomination,
    Pool,
    TimeOff,
    Trigger,
    TriggerVersion,
    Waiting,
)
from routing.triggers import trial_page
from routing.triggers.catalogue import edit
from routing.triggers.trigger_form import TriggerForm

admin.site.unregister(Person)


class TimeOffInline(HouseInline):
    model = TimeOff
    fk_name = "person"
    may_add = may_change = may_delete = True
    autocomplete_fields = ("covered_by",)


@admin.register(Person)
class EnrolledPersonAdmin(PersonAdmin):
    """Who works cases joins the pools of their region when they are saved."""

    inlines = (TimeOffInline,)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        roster.enroll([obj])


class VersionInline(HouseInline):
    model = TriggerVersion
    act = Act.CHANGE_RULES
    fields = ("number", "at", "by", "said")
    readonly_fields = fields
    ordering = ("-number", "id")

    @admin.display(description="Condition then")
    def said(self, version: TriggerVersion) -> str:
        return str(version.definition.get("condition", ""))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("by")


@admin.register(Trigger)
class TriggerAdmin(HouseAdmin):
    """Case types. Every change is a new version; which case types there are, the playbook's file says."""

    act = Act.CHANGE_RULES
    may_change = True
    form = TriggerForm
    inlines = (VersionInline,)
    list_display = ("name", "playbook", "category", "enabled", "asked_of", "once_per", "version", "edited_by")
    list_filter = ("playbook", "enabled", "asked_of", "daily")
    list_select_related = ("edited_by",)
    ordering = ("playbook", "position", "id")
    search_fields = ("name__istartswith", "key__istartswith")
    readonly_fields = ("playbook", "key", "version", "edited_by", "trial", "looks", "mail")
    fieldsets = (
        (None, {"fields": ("playbook", "key", "version", "edited_by", "trial", "looks")}),
        ("When", {"fields": ("enabled", "asked_of", "condition", "window", "once_per", "daily", "wakes_on")}),
        ("What the case says", {"fields": ("name", "category", "priority", "subject", "context", "cta")}),
        ("What the customer is written", {"fields": ("mail",)}),
        ("For Ops", {"fields": ("note",)}),
    )

    def get_urls(self) -> Any:
        return [*trial_page.addresses(self), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        made = edit(trigger=obj, changes=changes, by=person_of(request), now=timezone.now())
        obj.version = made.version

    @admin.display(description="Try it")
    def trial(self, trigger: Trigger) -> str:
        address = reverse("admin:routing_trigger_try", args=[trigger.pk])
        return format_html('<a href="{}">Ask the book how many records it finds</a>', address)

    @admin.display(description="Mail")
    def mail(self, trigger: Trigger) -> str:
        template = MailTemplate.objects.filter(playbook=trigger.playbook, key=trigger.key).first()
        if template is None:
            return "None yet; playbook load brings it."
        address = reverse("admin:cases_mailtemplate_change", args=[template.pk])
        return format_html('<a href="{}">Edit the mail that an advocate begins with</a>', address)

    @admin.display(description="Looks")
    def looks(self, trigger: Trigger) -> str:
        address = reverse("admin:routing_evaluation_changelist")
        return format_html(
            '<a href="{}?trigger__id__exact={}">What it came to, newest first</a>', address, trigger.pk
        )


class MemberInline(HouseInline):
    model = Member
    may_add = may_change = may_delete = True
    autocomplete_fields = ("person",)
    readonly_fields = ("last_turn", "last_turn_at")


@admin.register(Pool)
class PoolAdmin(HouseAdmin):
    """Who is in turn. Pools come from the playbook's territories; the count of turns is the routing's own."""

    may_change = True
    inlines = (MemberInline,)
    list_display = ("name", "playbook", "territory", "turn")
    list_filter = ("playbook",)
    ordering = ("playbook", "territory", "id")
    fields = ("name", "playbook", "territory", "turn")
    readonly_fields = ("playbook", "territory", "turn")


@admin.register(TimeOff)
class TimeOffAdmin(HouseAdmin):
    may_add = may_change = may_delete = True
    list_display = ("person", "starts_on", "ends_on", "covered_by", "note")
    list_select_related = ("person", "covered_by")
    autocomplete_fields = ("person", "covered_by")
    search_fields = ("person__name__istartswith",)


@admin.register(Evaluation)
class EvaluationAdmin(HouseAdmin):
    """What each look came to, to read."""

    list_display = ("at", "trigger", "version", "verdict", "account", "case_id", "event_id")
    list_select_related = ("trigger", "account")
    list_filter = ("verdict",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup == "trigger__id__exact" or super().lookup_allowed(lookup, value, request)


@admin.register(Nomination)
class NominationAdmin(HouseAdmin):
    """Who nominated which account as High Value, and what was decided, to read."""

    list_display = ("proposed_at", "account", "advocate", "fiscal_year", "state", "decided_by")
    list_select_related = ("account", "advocate", "decided_by")
    list_filter = ("state", "fiscal_year")


@admin.register(Assignment)
class AssignmentAdmin(HouseAdmin):
    """Who got which case and by which rule, to read."""

    list_display = ("at", "case_id", "person", "rule", "load_before", "places", "over_capacity", "by")
    list_select_related = ("person", "by")
    list_filter = ("rule", "over_capacity")


@admin.register(Drain)
class DrainAdmin(HouseAdmin):
    list_display = ("at", "pool", "turn", "assigned", "left_waiting")
    list_select_related = ("pool",)
    list_filter = ("pool",)


@admin.register(Waiting)
class WaitingAdmin(HouseAdmin):
    list_display = ("case_id", "pool", "reason", "since")
    list_select_related = ("pool",)
    list_filter = ("reason", "pool")
    ordering = ("-case_id",)


@admin.register(BookPass)
class BookPassAdmin(HouseAdmin):
    list_display = ("day", "trigger", "matched", "opened", "suppressed", "at")
    list_select_related = ("trigger",)
