"""Templates in the admin: Ops edit them, each save is a new version, and a preview shows them with sample values."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.access import Act, person_of
from accounts.administering import HouseAdmin, HouseInline
from cases.mail import catalogue, samples
from cases.models import MailTemplate, MailTemplateVersion
from smbcases.playbook import merge


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only to the type checker
    class Meta:
        model = MailTemplate
        fields = ("name", "subject", "body")
        widgets = {
            "subject": AdminTextInputWidget(attrs={"size": 80}),
            "body": AdminTextareaWidget(attrs={"rows": 22, "cols": 100}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = cast(dict[str, Any], super().clean())
        texts: dict[str, str] = {name: cleaned[name] for name in ("subject", "body") if name in cleaned}
        try:
            catalogue.check(group=self.instance.group, texts=texts)
        except catalogue.FaultyText as faulty:
            for name, faults in faulty.faults.items():
                self.add_error(name, [str(fault) for fault in faults])
        return cleaned

    def clean_body(self) -> str:
        return str(self.cleaned_data["body"]).replace("\r\n", "\n").strip()


class VersionInline(HouseInline):
    model = MailTemplateVersion
    act = Act.CHANGE_RULES
    fields = ("number", "at", "by", "subject", "body")
    readonly_fields = fields
    ordering = ("-number", "id")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("by")


class TemplateAdmin(HouseAdmin):
    """What customers are written. Which templates there are, the playbook's files say."""

    act = Act.CHANGE_RULES
    may_change = True
    form = TemplateForm
    inlines = (VersionInline,)
    list_display = ("name", "playbook", "group", "version", "edited_by")
    list_filter = ("playbook", "group")
    list_select_related = ("edited_by",)
    ordering = ("playbook", "position", "id")
    search_fields = ("name__istartswith", "key__istartswith")
    readonly_fields = ("playbook", "key", "group", "version", "edited_by", "merge_fields", "preview")
    fields = (*readonly_fields[:-1], "name", "subject", "body", "preview")

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.show_preview)
        return [path("<int:pk>/preview/", view, name="cases_mailtemplate_preview"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001  Django's
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        by = person_of(request)
        obj.version = catalogue.edit(template=obj, changes=changes, by=by, now=timezone.now()).version

    @admin.display(description="Merge fields")
    def merge_fields(self, template: MailTemplate) -> str:
        return " ".join(f"{{{name}}}" for name in sorted(catalogue.known_fields(template.group)))

    @admin.display(description="Preview")
    def preview(self, template: MailTemplate) -> str:
        """A button that sends the form as it stands to another page, and saves nothing."""
        address = reverse("admin:cases_mailtemplate_preview", args=[template.pk])
        return format_html(
            '<button type="submit" class="button" formaction="{}" formtarget="_blank" formnovalidate>'
            "Show it with sample values</button>",
            address,
        )

    def show_preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        template = get_object_or_404(MailTemplate, pk=pk)
        if not self.has_change_permission(request, template):
            raise PermissionDenied
        values = samples.values()
        texts = {name: request.POST.get(name, getattr(template, name)) for name in ("subject", "body")}
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": f"Preview of {template.name}",
            "opts": MailTemplate._meta,
            "template": template,
            **{name: merge.fill(text, values) for name, text in texts.items()},
        }
        return TemplateResponse(request, "admin/cases/mailtemplate/preview.html", context)
