"""Form controls dressed for the house: class, described-by and the rest. `{% load fields %}`."""

from __future__ import annotations

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def is_check(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def control(field: BoundField) -> SafeString:
    """The widget with the class that its kind wears; an error is tied to it by aria-describedby."""
    attrs: dict[str, str | bool] = {"class": _class_of(field.field.widget)}
    described = [f"{field.auto_id}_helptext"] if field.help_text else []
    if field.errors:
        described.append(f"{field.auto_id}_error")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


def _class_of(widget: forms.Widget) -> str:
    own = str(widget.attrs.get("class", ""))
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"form-check-input {own}".strip()
    kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
    return f"{kind} {own}".strip()
