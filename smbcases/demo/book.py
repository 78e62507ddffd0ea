"""The book as the CRM sends it over on the first day: accounts, and what hangs on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from accounts.models import Person, Role
from smbcases.demo import chance as by_chance
from smbcases.demo.chance import likely
from smbcases.demo.companies import Company, Somebody, employ, found
from smbcases.demo.crm import Crm

AHEAD = 330  # days behind the last one by which every running term has ended
_SEAT = {"premium": 348, "ultimate": 1_188}  # dollars a year
_SIZES = {(2, 9): 34, (8, 24): 36, (20, 48): 20, (45, 72): 7, (88, 160): 3}
_TERMS = {12: 86, 24: 8, 36: 6}
_PROSPECTS = 0.14
_NEAR, _FAR = 90, 130  # days to the end of the term
_BIG_TEAM = 50  # developers
_EOA_USERS = 25
_SMALL = 3_000  # dollars a year


@dataclass(kw_only=True)
class Book:
    """What the story needs to know: the companies by account, and which accounts have a subscription."""

    crm: Crm
    companies: dict[str, Company] = field(default_factory=dict)
    prospects: list[str] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Size:
    seats: int
    used: int
    plan: str
    carr: float
    lam: int
    employees: int


def write(
    crm: Crm, *, number: int, starts_at: datetime, until: datetime, people: Sequence[Person], seed: int
) -> Book:
    """Put `number` accounts into the CRM, as they were on the first day of play."""
    chance = by_chance.stream(seed, "book")
    book = Book(crm=crm)
    managers = {one.region: one.email for one in people if one.role == Role.RENEWALS_MANAGER}
    for company in found(number, chance=chance):
        _Entry(book, company, chance=chance, starts_at=starts_at, until=until, managers=managers).write()
    for _ in range(number // 12):
        _stray_lead(book, chance=chance, starts_at=starts_at)
    return book


class _Entry:
    """One account and all that hangs on it."""

    def __init__(
        self,
        book: Book,
        company: Company,
        *,
        chance: Random,
        starts_at: datetime,
        until: datetime,
        managers: Mapping[str, str],
    ) -> None:
        self.book, self.crm, self.company, self.chance = book, book.crm, company, chance
        self.at, self.until, self.managers = starts_at, until, managers
        self.size = _size(chance)
        self.is_prospect = chance.random() < _PROSPECTS

    def write(self) -> None:
        self.account = self._account()
        self.book.companies[self.account] = self.company
        self.contacts = [self._contact() for _ in range(self.chance.choice((1, 1, 2, 2, 3, 4)))]
        if self.is_prospect:
            self.book.prospects.append(self.account)
            self._prospect()
        else:
            self.book.customers.append(self.account)
            self._customer()
        if likely(self.chance, 0.1):
            self._lead()

    def _account(self) -> str:
        company, size, chance = self.company, self.size, self.chance
        has_address = likely(chance, 0.88)
        return self.crm.add(
            "account",
            at=self._before(700),
            name=company.name,
            domain=company.domain,
            region=company.region,
            country=company.country,
            language=company.language if likely(chance, 0.3) else None,
            billing_street=company.street if has_address else None,
            billing_city=company.city if has_address else None,
            billing_postal_code=company.postal_code if has_address else None,
            billing_country=company.country if has_address else None,
            employees=size.employees,
            carr=0 if self.is_prospect else size.carr,
            currency=self.company.currency,
            lam=size.lam,
            pte=chance.choice((1, 2, 2, 3, 3, 3, 4)) if size.lam < _BIG_TEAM else chance.choice((1, 2, 3)),
            ptc=chance.choice((1, 1, 2, 2, 3, 3, 4)),
            gitlab_admin=self.crm.next_name("contact") if likely(chance, 0.9) else None,
        )

    def _contact(self) -> str:
        somebody = employ(self.company, chance=self.chance)
        return self.crm.add(
            "contact", at=self._before(600), account=self.account, **_card(somebody, self.company)
        )

    def _customer(self) -> None:
        chance = self.chance
        ends_on = self.at.date() + timedelta(days=1 + chance.randrange((self.until - self.at).days + AHEAD))
        term = by_chance.weighted(chance, _TERMS)
        starts_on = _months_before(ends_on, term)
        is_near = (ends_on - self.at.date()).days <= _NEAR
        flags = _flags(chance, rarer=0.25 if is_near else 1.0, users=self.size.seats)
        self._subscription(starts_on, ends_on, term, flags)
        if not flags.pop("is_missing"):
            self._renewal(ends_on, term, flags)
        if likely(chance, 0.6):
            self._past_order(starts_on, term)
        if likely(chance, 0.12):
            self._add_on()
        for _ in range(chance.choice((0, 0, 1, 2, 3))):
            self._touch(within=240)

    def _subscription(self, starts_on: date, ends_on: date, term: int, flags: dict[str, Any]) -> None:
        chance, size = self.chance, self.size
        switched_off = likely(chance, 0.1)
        off_on = min(self.at.date() - timedelta(days=chance.randrange(5, 120)), ends_on)
        self.crm.add(
            "subscription",
            at=self._before(30),
            account=self.account,
            plan=size.plan,
            seats=size.seats,
            seats_used=size.used,
            starts_on=starts_on.isoformat(),
            renews_on=ends_on.isoformat(),
            term_months=term,
            auto_renew=not switched_off,
            auto_renew_off_on=max(off_on, starts_on).isoformat() if switched_off else None,
            qsr_enabled=size.used <= size.seats or likely(chance, 0.8),
            has_duo=flags["has_duo"],
            is_eoa=flags["is_eoa"],
            po_required=flags["po_required"],
        )

    def _renewal(self, ends_on: date, term: int, flags: dict[str, Any]) -> None:
        chance, size = self.chance, self.size
        days = (ends_on - self.at.date()).days
        stage = "0_pending" if days > _FAR else chance.choice(("1_discovery", "2_scoping", "4_proposal"))
        has_manager = size.carr < _SMALL or likely(chance, 0.3)
        self.crm.add(
            "opportunity",
            at=self._before(60),
            account=self.account,
            name=f"{self.company.name} | Renewal {ends_on:%b %Y}",
            kind="renewal",
            stage=stage,
            amount=size.carr,
            currency=self.company.currency,
            close_on=ends_on.isoformat(),
            plan=size.plan,
            users=size.seats,
            term_months=term,
            risk=chance.choice(("none", "low", "low", "medium")) if days < _FAR else None,
            renewals_manager=self.managers.get(self.company.region) if has_manager else None,
            **flags,
        )

    def _past_order(self, starts_on: date, term: int) -> None:
        kind = self.chance.choice(("renewal", "renewal", "first_order"))
        word = "Renewal" if kind == "renewal" else "First Order"
        self.crm.add(
            "opportunity",
            at=self._before(30),
            account=self.account,
            name=f"{self.company.name} | {word} {starts_on:%b %Y}",
            kind=kind,
            stage="closed_won",
            amount=round(self.size.carr * self.chance.uniform(0.6, 1.0), 2),
            currency=self.company.currency,
            close_on=starts_on.isoformat(),
            plan=self.size.plan,
            users=max(1, self.size.seats - self.chance.randrange(4)),
            term_months=term,
        )

    def _add_on(self) -> None:
        closes_on = self.at.date() + timedelta(days=self.chance.randrange(-100, 110))
        is_past = closes_on < self.at.date()
        extra = self.chance.randrange(2, 12)
        self.crm.add(
            "opportunity",
            at=self._before(20),
            account=self.account,
            name=f"{self.company.name} | Add-On {closes_on:%b %Y}",
            kind="add_on",
            stage=self.chance.choice(("closed_won", "closed_won", "closed_lost")) if is_past else "2_scoping",
            amount=float(extra * _SEAT[self.size.plan]),
            currency=self.company.currency,
            close_on=closes_on.isoformat(),
            plan=self.size.plan,
            users=extra,
        )

    def _prospect(self) -> None:
        chance = self.chance
        if likely(chance, 0.5):
            closes_on = self.at.date() + timedelta(days=chance.randrange(20, 140))
            users = chance.randrange(3, 30)
            self.crm.add(
                "opportunity",
                at=self._before(20),
                account=self.account,
                name=f"{self.company.name} | First Order {closes_on:%b %Y}",
                kind="first_order",
                stage=chance.choice(("0_pending", "1_discovery")),
                amount=float(users * _SEAT["premium"]),
                currency=self.company.currency,
                close_on=closes_on.isoformat(),
                plan="premium",
                users=users,
            )
        self._lead()

    def _lead(self) -> None:
        somebody, chance = employ(self.company, chance=self.chance), self.chance
        added_at = self._before(90)
        self.crm.add(
            "lead",
            at=added_at,
            name=somebody.name,
            email=somebody.email,
            company=self.company.name,
            source=chance.choice(("Webinar", "Trial", "Web form", "Conference", "Content download")),
            matched_account=self.account,
            status=chance.choice(("new", "new", "working", "disqualified")),
            created_on=added_at.date().isoformat(),
        )

    def _touch(self, *, within: int) -> None:
        chance = self.chance
        happened_at = self._before(within)
        kind = chance.choice(("email", "email", "email", "call", "meeting"))
        self.crm.add(
            "activity",
            at=happened_at,
            account=self.account,
            contact=chance.choice(self.contacts),
            kind=kind,
            inbound=kind == "email" and likely(chance, 0.4),
            subject=chance.choice(_PAST),
            happened_at=happened_at.isoformat(),
        )

    def _before(self, days: int) -> datetime:
        """A moment within `days` before the first day of play."""
        return self.at - timedelta(minutes=self.chance.randrange(60, days * 1_440))


_PAST = (
    "Renewal reminder sent",
    "Seats for new colleagues",
    "Question about the invoice",
    "Introduction to the account",
    "Feature overview after the release",
    "Billing contact updated",
    "Usage review",
    "Quote for additional seats",
)


def _card(somebody: Somebody, company: Company) -> dict[str, Any]:
    return {
        "name": somebody.name,
        "email": somebody.email,
        "phone": somebody.phone,
        "title": somebody.title,
        "language": company.language or "en",
    }


def _size(chance: Random) -> Size:
    least, most = by_chance.weighted(chance, _SIZES)
    plan = "ultimate" if most < _BIG_TEAM and likely(chance, 0.18) else "premium"
    seats = chance.randrange(least, most)
    used = (
        max(1, round(seats * chance.choice((0.4, 0.6, 0.75, 0.85, 0.95, 1.0, 1.0))))
        + (likely(chance, 0.04)) * 3
    )
    lam = round(seats * chance.uniform(1.0, 2.4))
    carr = round(seats * _SEAT[plan] * chance.uniform(0.82, 1.0), 2)
    staff = round(lam * chance.uniform(1.1, 2.6))
    grown = likely(chance, 0.025)
    return Size(
        seats=seats,
        used=used + 3 * likely(chance, 0.04),
        plan=plan,
        carr=carr,
        lam=lam,
        employees=staff + 101 if grown else min(staff, 100),
    )


def _flags(chance: Random, *, rarer: float, users: int) -> dict[str, Any]:
    """What makes a renewal one that cannot run by itself; mostly nothing, seldom two things."""
    weights = {
        "po_required": 11,
        "via_partner": 5,
        "has_duo": 12,
        "is_eoa": 8 if users > _EOA_USERS else 2,
        "will_fail": 5,
        "is_missing": 4,
    }
    chosen = by_chance.weighted(chance, weights) if likely(chance, 0.46 * rarer) else ""
    return {name: name == chosen for name in weights}


def _stray_lead(book: Book, *, chance: Random, starts_at: datetime) -> None:
    """Somebody whom nobody has matched to an account."""
    company = found(1, chance=chance)[0]
    somebody = employ(company, chance=chance)
    added_at = starts_at - timedelta(minutes=chance.randrange(60, 120_000))
    book.crm.add(
        "lead",
        at=added_at,
        name=somebody.name,
        email=somebody.email,
        company=company.name,
        source="Content download",
        status=chance.choice(("new", "disqualified")),
        created_on=added_at.date().isoformat(),
    )


def _months_before(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, 28))
