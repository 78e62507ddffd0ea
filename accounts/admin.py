"""People, keys, the book and the inbox in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from accounts import keys, standing
from accounts.access import Act
from accounts.administering import HouseAdmin
from accounts.models import (
    Account,
    Activity,
    ApiKey,
    Contact,
    Event,
    Lead,
    Opportunity,
    OwnershipMove,
    OwnershipSweep,
    Person,
    SegmentCrossing,
    Subscription,
)
from accounts.models.keys import Scope
from smbcases import playbook
from smbcases.lib import ids

if admin.site.is_registered(Group):
    admin.site.unregister(Group)  # roles decide, not groups


class _OfPerson:
    """What the forms of a person check alike."""

    cleaned_data: dict[str, Any]
    instance: Person

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if Person.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError("Somebody signs in with this address already.")
        return email

    def clean_initials(self) -> str:
        """In capitals, as they stand in front of every next step."""
        return str(self.cleaned_data["initials"]).upper()


class NewPerson(_OfPerson, AdminUserCreationForm):
    class Meta:
        model = Person
        fields = ("email", "name", "initials", "role")


class ChangedPerson(_OfPerson, UserChangeForm):  # type: ignore[type-arg]  # generic only to the type checker
    class Meta:
        model = Person
        fields = "__all__"


_IN_THE_TEAM = ("role", "department", "region", "languages", "time_zone", "manager")


@admin.register(Person)
class PersonAdmin(HouseAdmin, UserAdmin):  # type: ignore[type-arg]  # generic only to the type checker
    """Who signs in. Nobody is deleted: what they did keeps their name; they are made inactive."""

    may_add = may_change = True
    form = ChangedPerson
    add_form = NewPerson
    list_display = ("name", "email", "role", "region", "department", "is_active")
    list_filter = ("role", "region", "department", "is_active")
    ordering = ("name", "id")
    search_fields = ("name__istartswith", "email__istartswith")
    filter_horizontal = ()
    autocomplete_fields = ("manager",)
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "initials", "external_id", "is_active")}),
        ("In the team", {"fields": _IN_THE_TEAM}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "usable_password", "password1", "password2", "name", "initials")}),
        ("In the team", {"fields": _IN_THE_TEAM}),
    )


class NewKey(forms.ModelForm):  # type: ignore[type-arg]  # generic only to the type checker
    scopes = forms.MultipleChoiceField(choices=Scope.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "acts_for")


@admin.register(ApiKey)
class ApiKeyAdmin(HouseAdmin):
    """Keys are made and revoked; a key that was made cannot be changed, nor shown again."""

    may_add = True
    form = NewKey
    list_display = ("name", "shown_prefix", "scopes", "acts_for", "created_at", "last_used_at", "revoked_at")
    list_select_related = ("acts_for",)
    search_fields = ("name__istartswith", "prefix__exact")
    autocomplete_fields = ("acts_for",)
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = ("name", "scopes", "acts_for")
        return (*asked, "prefix", "created_at", "last_used_at", "revoked_at") if obj else asked

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm[Any], change: bool) -> None:
        made, secret = keys.create(**form.cleaned_data, now=timezone.now())
        obj.__dict__.update(made.__dict__)
        messages.warning(request, f"This is the key. Copy it now, it is not shown again: {secret}")

    @admin.display(description="Begins with")
    def shown_prefix(self, key: ApiKey) -> str:
        return f"{key.prefix}…"

    @admin.action(description="Revoke the selected keys", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        now = timezone.now()
        live = list(queryset.filter(revoked_at__isnull=True).values_list("prefix", flat=True))
        for prefix in live:
            keys.revoke(prefix=prefix, now=now)
        messages.success(request, f"{len(live)} revoked. They open nothing from now on.")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)


class RecordAdmin(HouseAdmin):
    """A record of the CRM. What is written here holds until the CRM says something newer."""

    act = Act.CHANGE_BOOK
    may_add = may_change = True
    readonly_fields: ClassVar[Any] = ("as_of",)
    search_fields: ClassVar[Any] = ("external_id__exact",)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        if not change:
            obj.as_of = timezone.now()
        super().save_model(request, obj, form, change)


class ByTier(admin.SimpleListFilter):
    """Django's own filter would read all accounts to know which tiers there are."""

    title = parameter_name = "tier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(tier), f"Tier {tier}") for tier in playbook.active().tiers.may_trigger]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Account]) -> QuerySet[Account]:
        tier = ids.read(self.value() or "")
        return queryset if tier is None else queryset.filter(tier=tier)


@admin.register(Account)
class AccountAdmin(RecordAdmin):
    list_display = ("name", "external_id", "region", "segment", "tier", "carr", "high_value")
    list_filter = ("region", "segment", ByTier, "high_value")
    search_fields = ("name__istartswith", "domain__istartswith", "external_id__exact")
    autocomplete_fields = ("owner", "gitlab_admin")
    readonly_fields = ("as_of", "gitlab_admin_awaited", "segment", "tier", "outgrew_on")

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        """Segment and tier follow from the figures by the same rule as for the CRM's own changes."""
        super().save_model(request, obj, form, change)
        rules, today = playbook.active(), timezone.now().date()
        plans = standing.plans_outside([obj.pk], playbook=rules, on=today)
        found = standing.stand(
            standing.facts_of(obj, plan=plans.get(obj.pk, "")),
            before=standing.standing_of(obj) if change else None,
            on=today,
            playbook=rules,
        )
        obj.segment, obj.tier, obj.outgrew_on = found.segment, found.tier, found.outgrew_on
        obj.save(update_fields=["segment", "tier", "outgrew_on"])


@admin.register(Contact)
class ContactAdmin(RecordAdmin):
    list_display = ("name", "email", "account", "external_id")
    list_select_related = ("account",)
    search_fields = ("name__istartswith", "external_id__exact")
    autocomplete_fields = ("account",)


@admin.register(Lead)
class LeadAdmin(RecordAdmin):
    list_display = ("name", "email", "status", "matched_account", "external_id")
    list_filter = ("status",)
    list_select_related = ("matched_account",)
    search_fields = ("name__istartswith", "external_id__exact")
    autocomplete_fields = ("matched_account", "converted_contact")


@admin.register(Opportunity)
class OpportunityAdmin(RecordAdmin):
    list_display = ("name", "account", "kind", "stage", "amount", "close_on")
    list_filter = ("kind", "stage")
    list_select_related = ("account",)
    search_fields = ("name__istartswith", "external_id__exact")
    autocomplete_fields = ("account", "owner", "renewals_manager")


@admin.register(Subscription)
class SubscriptionAdmin(RecordAdmin):
    list_display = ("external_id", "account", "plan", "seats", "seats_used", "renews_on", "auto_renew")
    list_filter = ("plan", "auto_renew")
    list_select_related = ("account",)
    autocomplete_fields = ("account",)


@admin.register(Activity)
class ActivityAdmin(RecordAdmin):
    list_display = ("happened_at", "kind", "subject", "account", "person")
    list_filter = ("kind", "inbound")
    list_select_related = ("account", "person")
    autocomplete_fields = ("account", "contact", "opportunity", "person")


@admin.register(Event)
class EventAdmin(HouseAdmin):
    """The inbox, to read: what came in and what became of it."""

    list_display = ("event_id", "type", "source", "outcome", "account", "received_at", "evaluated_at")
    list_filter = ("outcome",)
    list_select_related = ("account",)
    search_fields = ("source", "event_id")
    search_help_text = "Source and id, with a blank between them."

    def searched(self, term: str) -> Q:
        source, _, event_id = term.rpartition(" ")
        return Q(source=source.strip(), event_id=event_id)


@admin.register(OwnershipSweep)
class OwnershipSweepAdmin(HouseAdmin):
    """Sweeps to look up and to read; they are run and taken back on Ownership."""

    act = Act.CHANGE_BOOK
    list_display = ("id", "at", "by", "accounts", "opportunities", "left", "undone_at", "moved_back")
    list_select_related = ("by",)


@admin.register(OwnershipMove)
class OwnershipMoveAdmin(HouseAdmin):
    """The rows of sweeps, to look up and to read."""

    act = Act.CHANGE_BOOK
    list_display = ("sweep", "account", "opportunity", "region", "owner_before", "owner_after", "moved_back")
    list_select_related = ("sweep", "account", "opportunity", "owner_before", "owner_after")
    search_help_text = "The CRM’s id of an account."
    search_fields = ("account__external_id",)


@admin.register(SegmentCrossing)
class SegmentCrossingAdmin(HouseAdmin):
    """Accounts that crossed the SMB line, to look up and to read."""

    act = Act.CHANGE_BOOK
    list_display = ("account", "crossed_on", "moves_on", "moved_at", "moved_to", "fell_back_at")
    list_select_related = ("account",)
    search_help_text = "The CRM’s id of an account."
    search_fields = ("account__external_id",)
