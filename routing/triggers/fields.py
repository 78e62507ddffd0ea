"""What a condition may ask: the fields of each kind of record, as columns or as derived values.

A field knows how DjangoQL compares it (a filter of the query), what the query must compute for it (an annotation),
and how to read it from a loaded row, for the record of what a trigger saw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from typing import Any

from django.db.models import Case as Switch
from django.db.models import (
    DateField,
    Exists,
    ExpressionWrapper,
    Max,
    Model,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.fields import BooleanField, FloatField, IntegerField
from django.db.models.functions import Cast, NullIf, TruncDate

from accounts.models import Account, Activity, Lead, Opportunity, Subscription
from cases.models import Case
from routing.high_value import check_ins
from smbcases import playbook
from smbcases.playbook.vocabulary import HIGH_VALUE

Annotation = Callable[[str, date], Combinable]


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field by the name that conditions use.

    `kind` is int, float, str, bool or date. `column` is the model's, where its name differs. `annotation(prefix,
    today)` is what the query computes instead, for rows at `prefix`. `days` turns a date into whole days: 1 counts
    to it, -1 since it; the filter then compares the date itself, so that its index serves.
    """

    name: str
    kind: str
    column: str = ""
    annotation: Annotation | None = None
    days: int = 0
    choices: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """What the value is read from, below the prefix of its record."""
        return f"asked_{self.name}" if self.annotation else (self.column or self.name)

    def compare(self, prefix: str, operator: str, value: Any, *, today: date) -> Q:
        """The filter for `field operator value`. An unknown value satisfies only `= None` and the negations."""
        plain = _NEGATED.get(operator, operator)
        turned = _MIRROR.get(plain, plain) if self.days < 0 else plain
        compared = self._compared(value, today)
        found = Q(**{f"{prefix}{self.source}{_SUFFIX[turned]}": compared})
        return ~found if plain != operator else found

    def _compared(self, value: Any, today: date) -> Any:
        if not self.days or value is None:
            return value
        if isinstance(value, list):
            return [self._compared(one, today) for one in value]
        return today + timedelta(days=self.days * value)

    def read(self, row: Model, prefix: str, *, today: date) -> Any:
        """The value on a loaded row; None where it, or the record that has it, is unknown."""
        try:
            value = self._raw(row, prefix)
        except AttributeError:
            return None
        return self.days * (value - today).days if self.days and value is not None else value

    def _raw(self, row: Model, prefix: str) -> Any:
        if self.annotation:
            return getattr(row, prefix + self.source)
        return attrgetter((prefix + self.source).replace("__", "."))(row)


_NEGATED = {"!=": "=", "!~": "~", "not in": "in", "not startswith": "startswith", "not endswith": "endswith"}
_MIRROR = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
_SUFFIX = {
    "=": "",
    ">": "__gt",
    ">=": "__gte",
    "<": "__lt",
    "<=": "__lte",
    "in": "__in",
    "~": "__icontains",
    "startswith": "__istartswith",
    "endswith": "__iendswith",
}


def _live(prefix: str, today: date) -> Any:
    """The account's subscription whose term ends next."""
    live = Subscription.objects.filter(account=OuterRef(f"{prefix}pk"), renews_on__gte=today)
    return live.order_by("renews_on", "id")


def _of_live(column: str) -> Annotation:
    return lambda prefix, today: Subquery(_live(prefix, today).values(column)[:1])


_SHARE = 100.0 * Cast("seats_used", FloatField()) / NullIf(Cast("seats", FloatField()), Value(0.0))


def _live_share(prefix: str, today: date) -> Combinable:
    return Subquery(_live(prefix, today).annotate(share=_SHARE).values("share")[:1])


def _own_share(prefix: str, today: date) -> Combinable:
    seats, used = Cast(f"{prefix}seats", FloatField()), Cast(f"{prefix}seats_used", FloatField())
    return 100.0 * used / NullIf(seats, Value(0.0))


def _touched_on(prefix: str, today: date) -> Combinable:
    """The day of the account's last activity; null where there never was one."""
    touches = Activity.objects.filter(account=OuterRef(f"{prefix}pk")).order_by().values("account")
    last = touches.annotate(last=TruncDate(Max("happened_at"), tzinfo=None))
    return Subquery(last.values("last"), output_field=DateField())


def _is_customer(prefix: str, today: date) -> Combinable:
    return Exists(_live(prefix, today).order_by())


def _has_open_high_value_case(prefix: str, today: date) -> Combinable:
    held = Case.objects.open().filter(case_type=HIGH_VALUE)
    return Exists(held.filter(account=OuterRef(f"{prefix}pk")))


def _check_in_day(prefix: str, today: date) -> Combinable:
    """The playbook's check-in day that has come in this fiscal quarter; null where none has (`check_ins`)."""
    held = Case.objects.open().filter(case_type=HIGH_VALUE, account=OuterRef(f"{prefix}pk"))
    due = [
        When(_opened_in(window), then=Value(window.day))
        for window in check_ins.windows(today=today, rules=playbook.active())
    ]
    day = Cast(Switch(*due, default=Value(None)), IntegerField())  # without a window its type is not known
    return Subquery(held.order_by("opened_at", "id").annotate(day=day).values("day")[:1])


def _opened_in(window: check_ins.Window) -> Q:
    opened = Q(opened_at__lt=_midnight(window.opened_to + timedelta(days=1)))
    return opened & Q(opened_at__gte=_midnight(window.opened_from)) if window.opened_from else opened


def _touched_this_quarter(prefix: str, today: date) -> Combinable:
    """Whether an activity, or a case beside the High Value one, touched the account in this fiscal quarter so far."""
    quarter = playbook.active().quarter_of(today)
    span = _midnight(quarter.first_on), _midnight(today + timedelta(days=1))
    account = OuterRef(f"{prefix}pk")
    activities = Activity.objects.filter(account=account, happened_at__gte=span[0], happened_at__lt=span[1])
    cases = Case.objects.filter(account=account, opened_at__gte=span[0], opened_at__lt=span[1])
    touched = Exists(activities) | Exists(cases.exclude(case_type=HIGH_VALUE))
    return ExpressionWrapper(touched, output_field=BooleanField())


def _midnight(day: date) -> datetime:
    """When a day of the triggers begins: they live by UTC."""
    return datetime.combine(day, time.min, UTC)


def _has_renewal_opportunity(prefix: str, today: date) -> Combinable:
    """An open renewal of the account that closes within a quarter of the term's end."""
    renewals = Opportunity.objects.filter(account=OuterRef(f"{prefix}account"), kind="renewal")
    return Exists(renewals.exclude(stage__in=["closed_won", "closed_lost"]))


def _in_renewals_team(prefix: str, today: date) -> Combinable:
    team = playbook.active().renewals_team
    small = Q(**{f"{prefix}carr__lt": team.carr_below, f"{prefix}lam__lt": team.lam_below})
    begun = today >= team.starts_on
    return Switch(When(small, then=Value(begun)), default=Value(False), output_field=BooleanField())


def _is_open(prefix: str, today: date) -> Combinable:
    closed = Q(**{f"{prefix}stage__in": ["closed_won", "closed_lost"]})
    return Switch(When(closed, then=Value(False)), default=Value(True), output_field=BooleanField())


def _named(kind: str, *names: str) -> list[Field]:
    return [Field(name=name, kind=kind) for name in names]


ACCOUNT = [
    *_named("str", "name", "country"),
    Field(name="region", kind="str", choices=("AMER", "EMEA", "APJ")),
    Field(name="segment", kind="str", choices=("smb", "mid_market", "enterprise")),
    *_named("int", "tier", "employees", "lam", "pte", "ptc"),
    Field(name="carr", kind="float"),
    Field(name="high_value", kind="bool"),
    Field(name="plan", kind="str", annotation=_of_live("plan"), choices=("free", "premium", "ultimate")),
    Field(name="auto_renew", kind="bool", annotation=_of_live("auto_renew")),
    Field(name="seats", kind="int", annotation=_of_live("seats")),
    Field(name="seats_used", kind="int", annotation=_of_live("seats_used")),
    Field(name="seats_used_share", kind="float", annotation=_live_share),
    Field(name="days_to_renewal", kind="int", annotation=_of_live("renews_on"), days=1),
    Field(name="days_since_touch", kind="int", annotation=_touched_on, days=-1),
    Field(name="in_renewals_team", kind="bool", annotation=_in_renewals_team),
    Field(name="has_open_high_value_case", kind="bool", annotation=_has_open_high_value_case),
    Field(name="check_in_day", kind="int", annotation=_check_in_day),
    Field(name="touched_this_quarter", kind="bool", annotation=_touched_this_quarter),
    Field(name="is_customer", kind="bool", annotation=_is_customer),
]
_STAGES = tuple(stage for stage, _ in Opportunity._meta.get_field("stage").choices or ())
OPPORTUNITY = [
    Field(name="kind", kind="str", choices=("renewal", "add_on", "growth", "first_order", "qsr")),
    Field(name="stage", kind="str", choices=tuple(str(stage) for stage in _STAGES)),
    Field(name="is_open", kind="bool", annotation=_is_open),
    Field(name="amount", kind="float"),
    Field(name="close_on", kind="date"),
    Field(name="days_to_close", kind="int", column="close_on", days=1),
    Field(name="days_since_close", kind="int", column="close_on", days=-1),
    *_named("int", "term_months", "users"),
    Field(name="plan", kind="str", choices=("free", "premium", "ultimate")),
    *_named(
        "bool", "po_required", "has_duo", "is_eoa", "will_fail", "auto_renew", "payment_failed", "via_partner"
    ),
    Field(
        name="renewal_risk",
        kind="str",
        column="risk",
        choices=("none", "low", "medium", "high", "will_churn"),
    ),
]
SUBSCRIPTION = [
    Field(name="plan", kind="str", choices=("free", "premium", "ultimate")),
    *_named("int", "seats", "seats_used", "term_months"),
    Field(name="seats_used_share", kind="float", annotation=_own_share),
    *_named("date", "starts_on", "renews_on"),
    Field(name="days_to_renewal", kind="int", column="renews_on", days=1),
    Field(name="days_since_renewal", kind="int", column="renews_on", days=-1),
    Field(name="days_since_auto_renew_off", kind="int", column="auto_renew_off_on", days=-1),
    *_named("bool", "auto_renew", "qsr_enabled", "has_duo", "is_eoa", "po_required"),
    Field(name="has_renewal_opportunity", kind="bool", annotation=_has_renewal_opportunity),
]
LEAD = [
    Field(name="status", kind="str", choices=("new", "working", "converted", "disqualified")),
    Field(name="days_since_created", kind="int", column="created_on", days=-1),
]


@dataclass(frozen=True, kw_only=True)
class Root:
    """A kind of record that conditions are asked of, and where its account is (`""`: it is the account)."""

    model: type[Model]
    fields: dict[str, Field]
    account_prefix: str


def _root(model: type[Model], fields: list[Field], account_prefix: str) -> Root:
    return Root(model=model, fields={field.name: field for field in fields}, account_prefix=account_prefix)


ROOTS: dict[str, Root] = {
    "account": _root(Account, ACCOUNT, ""),
    "opportunity": _root(Opportunity, OPPORTUNITY, "account__"),
    "subscription": _root(Subscription, SUBSCRIPTION, "account__"),
    "lead": _root(Lead, LEAD, "matched_account__"),
}
ACCOUNT_FIELDS = ROOTS["account"].fields
