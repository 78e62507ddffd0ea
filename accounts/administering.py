"""What every page of the admin shares: roles decide by act, and a million rows cost what a hundred cost.

Lists are never counted, sorted only by their key, and searched by the beginning of a name, which an index
answers. A save writes the fields that were changed and no others, because workers write the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse

from accounts.access import Act, may
from accounts.models import Person
from smbcases.lib.uncounted import UncountedPaginator

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
else:
    _ModelAdmin, _TabularInline = admin.ModelAdmin, admin.TabularInline


class House(admin.AdminSite):
    """The admin, for those whose role administers. Others are sent to sign in, or told no."""

    site_header = site_title = "SMB Cases administration"
    index_title = "Administration"
    decided = Act.ADMINISTER

    def has_permission(self, request: HttpRequest) -> bool:
        return allows(request, Act.ADMINISTER)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if request.user.is_authenticated:
            raise PermissionDenied("Your role does not include this.")
        return redirect_to_login(request.GET.get("next", reverse("admin:index")), reverse("sign_in"))


def allows(request: HttpRequest, act: Act) -> bool:
    return isinstance(request.user, Person) and may(request.user, act)


class Governed:
    """Which of Django's permissions an act gives: `act` to see; to add, change and delete only what is said."""

    act: ClassVar[Act] = Act.ADMINISTER
    may_add: ClassVar[bool] = False
    may_change: ClassVar[bool] = False
    may_delete: ClassVar[bool] = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return allows(request, self.act)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return allows(request, self.act)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_add and allows(request, self.act)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and allows(request, self.act)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and allows(request, self.act)


class HouseAdmin(Governed, _ModelAdmin):
    """Records that can be seen. `search_fields` are lookups that an index answers, such as `name__istartswith`."""

    list_per_page = 50
    paginator = UncountedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by: ClassVar[Any] = ()
    ordering: ClassVar[Any] = ("-id",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The whole term begins one of the texts, or is one of the ids."""
        term = search_term.strip()
        return (queryset.filter(self.searched(term)) if term else queryset), False

    def searched(self, term: str) -> Q:
        found = Q(pk__in=[])
        for lookup in self.search_fields:
            found |= Q(**{lookup: term})
        return found

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm[Any], change: bool) -> None:
        """Write what was changed here; the rest of the row may have moved on since it was read."""
        if change:
            obj.save(update_fields=[name for name in form.changed_data if name in _columns(obj)])
        else:
            obj.save()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        for obj in formset.new_objects:
            obj.save()
        for obj, changed in formset.changed_objects:
            obj.save(update_fields=changed)
        for obj in formset.deleted_objects:
            obj.delete()


class HouseInline(Governed, _TabularInline):
    """Rows below a record, under the same rules."""

    extra = 0
    show_change_link = False


def _columns(obj: Model) -> set[str]:
    return {field.name for field in obj._meta.concrete_fields}
