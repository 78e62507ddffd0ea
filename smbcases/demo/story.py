"""What happens to the customers, hour by hour: it reaches us as events, as it would from the real CRM.

Each kind of happening puts its record in order first (a charge needs its opportunity, an overage its seats), then
says that it happened.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from smbcases.demo import renewing
from smbcases.demo.book import Book
from smbcases.demo.chance import likely, some, weighted
from smbcases.demo.companies import employ
from smbcases.demo.crm import Payload
from smbcases.demo.hours import of_region
from smbcases.demo.speaking import Voice

_SIGNALS_AN_HOUR = {"AMER": 0.72, "EMEA": 0.42, "APJ": 0.22}
_SIGNALS_AN_HOUR_OFF = 0.015
_FLAGS_A_DAY = 2
_SATURDAY, _MONDAY = 5, 0
_SMB_LINE, _RENEWALS_TEAM_LINE = 30_000, 3_000  # dollars a year
_BIG_TEAM = 50  # developers
_WEIGHTS: dict[str, float] = {
    "mail.received": 2.2,
    "sales.contact_requested": 2.2,
    "product.hand_raised": 2.0,
    "support.ticket_opened": 0.9,
    "sdr.case_requested": 0.5,
    "partner.opportunity_registered": 0.4,
    "sales.referral_made": 0.4,
    "billing.ar_requested": 0.4,
    "subscription.auto_renew_off": 1.6,
    "billing.renewal_payment_failed": 1.2,
    "sales.first_order_qualified": 0.7,
    "startup.ready_to_pay": 0.25,
    "billing.qsr_payment_failed": 0.9,
    "billing.overage_found": 0.8,
    "marketing.customer_mql": 1.3,
    "product.duo_trial_started": 1.0,
    "account.churn_risk_reported": 0.5,
    "product.user_limit_reached": 0.5,
    "mail.unmatched": 0.2,
}
_AUTOMATIC = frozenset(
    {
        "product.hand_raised",
        "subscription.auto_renew_off",
        "billing.renewal_payment_failed",
        "billing.qsr_payment_failed",
        "billing.overage_found",
        "product.duo_trial_started",
        "product.user_limit_reached",
    }
)
_OF_PROSPECTS = frozenset(
    {"sales.first_order_qualified", "startup.ready_to_pay", "product.user_limit_reached"}
)


class Story:
    """Tells what happens at an hour by adding to the CRM's outbox."""

    def __init__(self, book: Book, *, chance: Random) -> None:
        self.book, self.crm, self.chance = book, book.crm, chance
        self.voice = Voice(chance)
        self._customers = self._by_region(book.customers)
        self._prospects = self._by_region(book.prospects)
        self._tellers: dict[str, Callable[..., None]] = {
            "mail.received": self._mail,
            "mail.unmatched": self._stray_mail,
            "subscription.auto_renew_off": self._auto_renew_off,
            "billing.renewal_payment_failed": self._renewal_payment_failed,
            "billing.qsr_payment_failed": self.qsr_payment_failed,
            "billing.overage_found": self._overage,
            "sales.first_order_qualified": self._first_order,
            "marketing.customer_mql": self._mql,
            "partner.opportunity_registered": self._partner,
            "account.churn_risk_reported": self._churn_risk,
        }

    def tell_hour(self, at: datetime) -> None:
        """What the customers of each region do in this hour."""
        for region, mean in _SIGNALS_AN_HOUR.items():
            at_work = of_region(region).is_open(at)
            for _ in range(_how_many(self.chance, mean if at_work else _SIGNALS_AN_HOUR_OFF)):
                self._happen(region, at=at, kinds=None if at_work else _AUTOMATIC)

    def tell_day(self, at: datetime) -> None:
        """What the CRM's people and its nightly jobs change."""
        renewing.pass_day(self.crm, at=at, chance=self.chance)
        if at.weekday() < _SATURDAY:
            self._flag_renewals(at)
        if at.weekday() == _MONDAY:
            self._refresh_scores(at)

    def customers_of(self, region: str) -> list[str]:
        return self._customers[region]

    def happen(self, kind: str, account: str, *, at: datetime) -> None:
        """Let `kind` happen to this account."""
        teller = self._tellers.get(kind, partial(self._plain, kind))
        teller(account, at=at - timedelta(seconds=self.chance.randrange(20, 1_500)))

    def _happen(self, region: str, *, at: datetime, kinds: frozenset[str] | None) -> None:
        weights = {kind: weight for kind, weight in _WEIGHTS.items() if kinds is None or kind in kinds}
        kind = weighted(self.chance, weights)
        among = self._prospects if kind in _OF_PROSPECTS else self._customers
        if among[region]:
            self.happen(kind, self.chance.choice(among[region]), at=at)

    def _plain(self, kind: str, account: str, *, at: datetime) -> None:
        contact = self._contact(account)
        message = self.voice.say("messages", kind, who=_first(contact), plan=self._plan(account))
        url = f"https://support.example/tickets/{self.chance.randrange(40_000, 99_000)}"
        self.crm.signal(
            kind,
            at=at,
            account=account,
            contact=contact["external_id"],
            message=message,
            url=url if kind == "support.ticket_opened" else None,
        )

    def _mail(self, account: str, *, at: datetime) -> None:
        contact = self._contact(account)
        self._write(contact["email"], contact["name"], at=at, account=account, contact=contact["external_id"])

    def _stray_mail(self, account: str, *, at: datetime) -> None:
        """Somebody writes whom nobody knows."""
        somebody = employ(self.book.companies[account], chance=self.chance)
        self._write(f"{somebody.email.partition('@')[0]}@mailbox.example", somebody.name, at=at)

    def _write(self, address: str, name: str, *, at: datetime, **about: str) -> None:
        subject, body = self.voice.letter("messages", "mail.received", who=name.split(maxsplit=1)[0])
        thread = f"<{self.chance.randrange(10**9)}@mail.example>"
        data = {"from": address, "from_name": name, "subject": subject, "body": body, "thread": thread}
        self.crm.signal("mail.received", at=at, message=body, **data, **about)

    def _auto_renew_off(self, account: str, *, at: datetime) -> None:
        subscription = self._subscription(account)
        if not subscription or not subscription["auto_renew"]:
            return
        name, day = subscription["external_id"], at.date().isoformat()
        self.crm.change("subscription", name, at=at, auto_renew=False, auto_renew_off_on=day)
        self._say("subscription.auto_renew_off", account, at=at, subscription=name)

    def _renewal_payment_failed(self, account: str, *, at: datetime) -> None:
        """Of the renewals that are due about now, whichever account was thought of."""
        region = self.book.companies[account].region
        due = [
            renewal
            for renewal in renewing.open_renewals(self.crm, day=at.date(), within=25)
            if self.book.companies[renewal["account"]].region == region and not renewal.get("payment_failed")
        ]
        if due:
            renewal = self.chance.choice(due)
            self.crm.change("opportunity", renewal["external_id"], at=at, payment_failed=True)
            name = renewal["external_id"]
            self._say("billing.renewal_payment_failed", renewal["account"], at=at, opportunity=name)

    def qsr_payment_failed(self, account: str, *, at: datetime) -> None:
        """The quarterly reconciliation found more people than seats, and its charge did not go through."""
        subscription = self._subscription(account)
        if not subscription:
            return
        added = self.chance.randrange(1, 7)
        name = subscription["external_id"]
        self.crm.change(
            "subscription", name, at=at, seats_used=subscription["seats"] + added, qsr_enabled=True
        )
        opportunity = self._sell(account, "qsr", "QSR", users=added, stage="5_negotiation", days=14, at=at)
        self._say("billing.qsr_payment_failed", account, at=at, opportunity=opportunity, subscription=name)

    def _overage(self, account: str, *, at: datetime) -> None:
        subscription = self._subscription(account)
        if not subscription:
            return
        used, name = subscription["seats"] + self.chance.randrange(2, 9), subscription["external_id"]
        self.crm.change("subscription", name, at=at, seats_used=used, qsr_enabled=False)
        self._say("billing.overage_found", account, at=at, subscription=name)

    def _first_order(self, account: str, *, at: datetime) -> None:
        opportunity = next(
            (one for one in self.crm.all_of("opportunity", account) if one["stage"] not in renewing.CLOSED),
            None,
        )
        if opportunity:
            name = opportunity["external_id"]
            self.crm.change("opportunity", name, at=at, stage="1_discovery")
            self._say("sales.first_order_qualified", account, at=at, opportunity=name)

    def _mql(self, account: str, *, at: datetime) -> None:
        company = self.book.companies[account]
        somebody = employ(company, chance=self.chance)
        lead = self.crm.add(
            "lead",
            at=at,
            name=somebody.name,
            email=somebody.email,
            company=company.name,
            source=self.chance.choice(("Webinar", "Content download", "Conference")),
            matched_account=account,
            status="new",
            created_on=at.date().isoformat(),
        )
        message = self.voice.say("messages", "marketing.customer_mql")
        self.crm.signal("marketing.customer_mql", at=at, lead=lead, account=account, message=message)

    def _partner(self, account: str, *, at: datetime) -> None:
        opportunity = self._sell(account, "growth", "Growth", users=8, stage="2_scoping", days=40, at=at)
        self.crm.change("opportunity", opportunity, at=at, via_partner=True)
        self._say("partner.opportunity_registered", account, at=at, opportunity=opportunity)

    def _churn_risk(self, account: str, *, at: datetime) -> None:
        region = self.book.companies[account].region
        near = [
            renewal
            for renewal in renewing.open_renewals(self.crm, day=at.date(), within=150)
            if self.book.companies[renewal["account"]].region == region
            and renewal.get("risk") != "will_churn"
        ]
        if near:
            renewal = self.chance.choice(near)
            self.crm.change("opportunity", renewal["external_id"], at=at, risk="will_churn")
            self._say(
                "account.churn_risk_reported", renewal["account"], at=at, opportunity=renewal["external_id"]
            )

    def _say(self, kind: str, account: str, *, at: datetime, **about: str) -> None:
        contact = self._contact(account)
        message = self.voice.say("messages", kind, who=_first(contact), plan=self._plan(account))
        self.crm.signal(
            kind, at=at, account=account, contact=contact["external_id"], message=message, **about
        )

    def _sell(
        self, account: str, kind: str, word: str, *, users: int, stage: str, days: int, at: datetime
    ) -> str:
        company, closes_on = self.book.companies[account], at.date() + timedelta(days=days)
        return self.crm.add(
            "opportunity",
            at=at,
            account=account,
            name=f"{company.name} | {word} {closes_on:%b %Y}",
            kind=kind,
            stage=stage,
            amount=round(users * 348 * self.chance.uniform(0.25, 1.0), 2),
            currency=company.currency,
            close_on=closes_on.isoformat(),
            plan="premium",
            users=users,
        )

    def add_on(self, account: str, *, at: datetime) -> str:
        """An opportunity for the seats that are used and not paid; its id."""
        users = self.chance.randrange(2, 9)
        return self._sell(account, "add_on", "Add-On", users=users, stage="4_proposal", days=21, at=at)

    def _flag_renewals(self, at: datetime) -> None:
        """Somebody notes on a renewal why it cannot run by itself."""
        names = ("po_required", "via_partner", "has_duo", "will_fail", "is_eoa")
        plain = [
            renewal
            for renewal in renewing.open_renewals(self.crm, day=at.date(), within=85)
            if not any(renewal.get(name) for name in names) and renewal["amount"] > _RENEWALS_TEAM_LINE
        ]
        for renewal in some(self.chance, plain, _FLAGS_A_DAY):
            days = (datetime.fromisoformat(renewal["close_on"]).date() - at.date()).days
            changes: dict[str, Any] = _flag(self.chance, days=days, users=renewal["users"])
            moment = at - timedelta(minutes=self.chance.randrange(10, 300))
            self.crm.change("opportunity", renewal["external_id"], at=moment, **changes)

    def _refresh_scores(self, at: datetime) -> None:
        for account in some(self.chance, self.book.customers, 10):
            pte, ptc = self.chance.choice((1, 2, 3, 3, 4)), self.chance.choice((1, 2, 3, 4, 5))
            if self.crm.get("account", account)["lam"] < _BIG_TEAM:
                self.crm.change("account", account, at=at, pte=pte, ptc=ptc)
        big = [name for name in self.book.customers if self.crm.get("account", name)["lam"] >= _BIG_TEAM]
        for account in some(self.chance, big, 2):
            self.crm.change("account", account, at=at, pte=self.chance.choice((4, 5)))

    def _contact(self, account: str) -> Payload:
        return self.chance.choice(self.crm.all_of("contact", account))

    def _subscription(self, account: str) -> Payload | None:
        return next(iter(self.crm.all_of("subscription", account)), None)

    def _plan(self, account: str) -> str:
        subscription = self._subscription(account)
        return subscription["plan"].capitalize() if subscription else "the free plan"

    def _by_region(self, accounts: list[str]) -> dict[str, list[str]]:
        """Mostly those within SMB: events about others come too, and open nothing."""
        by_region: dict[str, list[str]] = {region: [] for region in _SIGNALS_AN_HOUR}
        for name in accounts:
            account = self.crm.get("account", name)
            is_smb = account["carr"] < _SMB_LINE and account["country"] != "JP"
            if is_smb or likely(self.chance, 0.3):
                by_region[self.book.companies[name].region].append(name)
        return by_region


def _flag(chance: Random, *, days: int, users: int) -> dict[str, Any]:
    if days <= 28 and likely(chance, 0.5):  # noqa: PLR2004  near enough that Billing can tell
        return {"will_fail": True}
    if users > 25 and likely(chance, 0.3):  # noqa: PLR2004  the size that matters at an end of availability
        return {"is_eoa": True}
    kind = weighted(chance, {"po": 5, "partner": 2, "duo": 3, "term": 3})
    changes: dict[str, dict[str, Any]] = {
        "po": {"po_required": True},
        "partner": {"via_partner": True},
        "duo": {"has_duo": True},
        "term": {"term_months": chance.choice((24, 36))},
    }
    return changes[kind]


def _how_many(chance: Random, mean: float) -> int:
    """Mostly as many as `mean` says, at times twice as many: customers come in bursts."""
    busy = chance.choice((0.4, 0.8, 1.0, 1.8))
    whole = int(mean * busy)
    return whole + likely(chance, mean * busy - whole)


def _first(contact: Payload) -> str:
    return str(contact["name"]).split()[0]
