"""Every kind of page and every sheet of working a case under axe, with names of 200 letters: laptop and phone.

Light on the laptop and dark on the phone; that each also comes the other way is tested where a page has its own test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin

import pytest
from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person, Role
from cases import lifecycle
from cases.agenda import tasks
from cases.escalating import asking
from cases.files import attaching
from cases.mail import mailing, recipients
from cases.mail.letters import Letter
from cases.models import Case, EscalationKind
from cases.talk import questions
from routing.high_value import nominating, plan_content, plans
from smbcases import playbook
from tests import factories

LAPTOP = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
SENTENCE = ("A customer whose name was merged out of those of eleven others and got no shorter by it " * 3)[
    :200
]
WORD = ("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3)[:200]

Open = Callable[..., Page]
Check = Callable[[Page], None]
looks = pytest.mark.parametrize("look", [LAPTOP, PHONE], ids=["laptop", "phone"])

# What can be seen and has no way to be reached: outside the window, or in something that scrolls sideways.
_LOST = """() => [...document.querySelectorAll('.page *, .menu-panel, .sheet[open] *')].filter((one) => {
  const box = one.getBoundingClientRect();
  const style = getComputedStyle(one);
  if (!box.width || style.visibility === 'hidden' || one.closest('.visually-hidden, details:not([open]) > div, thead'))
    return false;
  const scrolls = one.scrollWidth > one.clientWidth + 1 && ['auto', 'scroll'].includes(style.overflowX);
  return box.left < -1 || box.right > innerWidth + 1 || (scrolls && !one.matches('textarea, input, select'));
}).map((one) => one.outerHTML.slice(0, 120))"""


@dataclass(frozen=True, kw_only=True)
class Desk:
    maya: Person
    mona: Person
    otto: Person
    rosa: Person
    case: Case
    mail: int
    bare: int


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    """One case with all that a case can have, and all of it too long."""
    now = timezone.now()
    mona = factories.person(Role.MANAGER, name="Mona Reyes")
    maya = factories.person(name="Maya Stone", initials="MS", manager=mona)
    rosa = factories.person(Role.STAKEHOLDER, name="Rosa Delgado")
    factories.member(factories.pool(), person=maya)
    factories.member(factories.pool())
    case = _case_of(maya, now=now)
    _fill(case, maya, mona, now=now)
    return Desk(
        maya=maya,
        mona=mona,
        otto=factories.person(Role.OPS),
        rosa=rosa,
        case=case,
        mail=_mail(case, maya, now=now),
        bare=factories.account(name=WORD, region="", carr=0).pk,
    )


def _case_of(maya: Person, *, now: datetime) -> Case:
    """With an account, an opportunity that may be won or lost, and a lead to decide on."""
    account = factories.account(name=SENTENCE, currency="EUR", carr=6999)
    contact = factories.contact(account, name=WORD, email=f"{'x' * 60}@long.example", title=SENTENCE[:100])
    renewal = factories.opportunity(account, name=WORD, amount=1234567, close_on=now.date() + timedelta(20))
    factories.opportunity(account, name=SENTENCE, stage="closed_won", close_on=now.date() - timedelta(300))
    factories.subscription(account, renews_on=now.date() + timedelta(60))
    factories.event("sales.contact_requested", account)
    made = factories.case(
        owner=maya,
        account=account,
        contact_id=contact.pk,
        opportunity_id=renewal.pk,
        lead_id=factories.lead(account, name=SENTENCE).pk,
        case_type="customer_mql",
        subject=SENTENCE,
        context=SENTENCE,
        cta=WORD,
        now=now - timedelta(hours=3),
    )
    lifecycle.pick_up(case_id=made.pk, by=maya, now=now - timedelta(hours=2))
    return Case.objects.get(pk=made.pk)


def _fill(case: Case, maya: Person, mona: Person, *, now: datetime) -> None:
    questions.ask(case_id=case.pk, text=WORD, by=mona, now=now)
    tasks.add(plan=tasks.Plan(what=WORD, due_on=now.date(), case_id=case.pk), by=maya, now=now)
    attaching.attach(
        case_id=case.pk, file=ContentFile(b"a,b\n1,2\n"), name=f"{WORD[:100]}.csv", by=maya, now=now
    )
    touchpoint = plan_content.Touchpoint(on=now.date(), what=WORD)
    content = plan_content.make(goals=SENTENCE, risks=WORD, touchpoints=[touchpoint])
    assert case.account_id
    plans.save(account_id=case.account_id, content=content, by=mona, now=now, version=None)
    for kind in (EscalationKind.SOLUTIONS_ARCHITECT, EscalationKind.SALES_SUPPORT):
        asking.ask(case_id=case.pk, kind=kind, reason=f"{SENTENCE} {WORD}", by=maya, now=now)
    other = factories.account(name=f"{WORD[:150]} two", carr=6000)
    factories.case(owner=maya, account=other, now=now)
    criteria = list(playbook.active().high_value.criteria)[:1]
    nominating.nominate(account_id=other.pk, criteria=criteria, why=SENTENCE, by=maya, now=now)


def _mail(case: Case, maya: Person, *, now: datetime) -> int:
    to = recipients.load(case)[0]
    letter = Letter(to=to, subject=SENTENCE[:150], body=f"Hello\n\n{WORD}\n{SENTENCE}")
    return mailing.send(case_id=case.pk, letter=letter, by=maya, now=now).pk


def check(page: Page, check_accessible: Check) -> None:
    check_accessible(page)
    lost = page.evaluate(_LOST)
    assert not lost, f"{page.url}: outside the window, or scrolling sideways:\n" + "\n".join(lost)


@looks
def test_every_page_holds_long_names(
    open_as: Open, check_accessible: Check, desk: Desk, look: dict[str, object]
) -> None:
    case, account = f"/cases/{desk.case.pk}", f"/accounts/{desk.case.account_id}"
    lists = ("/cases/mine/", "/cases/", "/cases/?q=zzzz", "/search/?q=A", "/search/?q=zzzz", "/accounts/")
    records = (f"{case}/", f"{case}/mails/{desk.mail}/", f"{account}/", f"/accounts/{desk.bare}/")
    own = ("/tasks/", "/tasks/?view=done", "/calendar/", "/notices/", "/notices/settings/")
    high_value = ("/high-value/", "/high-value/nominations/", f"{account}/plan/")
    pages = {
        desk.maya: (*lists, *records, *own, *high_value),
        desk.mona: ("/team/amer/", "/requests/", *high_value, f"{account}/plan/write/"),
        desk.otto: ("/requests/", "/accounts/", f"/accounts/{desk.bare}/plan/"),
        desk.rosa: ("/", "/notices/"),
    }
    for person, paths in pages.items():
        page = open_as(person, "/notices/", **look)
        site = page.url.removesuffix("/notices/")
        for path in paths:
            page.goto(site + path)
            check(page, check_accessible)


@looks
def test_every_sheet_of_a_case_holds_long_names(
    open_as: Open, check_accessible: Check, desk: Desk, look: dict[str, object]
) -> None:
    page = open_as(desk.maya, f"/cases/{desk.case.pk}/", **look)
    in_page = (
        "mail",
        "touch",
        "later",
        "close",
        "attach",
        "contact",
        "lead",
        "opportunity",
        "opportunity-new",
    )
    of_opportunity = ("opportunity-won", "opportunity-lost", "close-date", "risk", "gitlab-admin")
    for act in (*in_page, *of_opportunity):
        page.locator(f"#act-{act}").click()
        _check_sheet(page, check_accessible)
    for act in ("hand-over", "support", "architect", "move"):
        page.locator("#act-more").click()
        check(page, check_accessible) if act == "support" else None
        page.locator(f"#act-{act}").click()
        _check_sheet(page, check_accessible)
    page.locator("#act-status").click()
    check(page, check_accessible)


@looks
def test_every_sheet_of_high_value_holds_long_names(
    open_as: Open, check_accessible: Check, desk: Desk, look: dict[str, object]
) -> None:
    page = open_as(desk.maya, f"/accounts/{desk.case.account_id}/", **look)
    page.locator("#act-nominate").click()
    _check_sheet(page, check_accessible)
    page = open_as(desk.mona, "/high-value/nominations/", **look)
    page.get_by_role("link", name="Decide").first.click()
    _check_sheet(page, check_accessible)


def _check_sheet(page: Page, check_accessible: Check) -> None:
    """The sheet that opens; then it is closed, and no menu stays open behind it."""
    expect(page.locator("dialog[open]")).to_be_visible()
    check(page, check_accessible)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("details[data-menu][open]")).to_have_count(0)


@looks
def test_everything_in_the_rail_is_reached_on_a_phone_too(
    open_as: Open, check_accessible: Check, desk: Desk, look: dict[str, object]
) -> None:
    page = open_as(desk.mona, "/team/amer/", **look)
    links = "[...document.querySelectorAll('{} a')].filter((a) => a.checkVisibility()).map((a) => a.pathname)"
    page.locator(".top .menu-face").click()
    check(page, check_accessible)
    in_rail = set(page.evaluate("[...document.querySelectorAll('.rail a')].map((a) => a.pathname)"))
    offered = set(page.evaluate(links.format(":is(.rail, .bar, .top)")))
    page.goto(urljoin(page.url, "/dashboards/"))
    offered |= set(page.evaluate(links.format("main")))
    assert in_rail <= offered


@pytest.mark.django_db(transaction=True)
@looks
def test_what_is_said_when_something_is_wrong(
    open_as: Open, check_accessible: Check, look: dict[str, object]
) -> None:
    page = open_as(None, "/sign-in/", **look)
    for status in (400, 403, 404, 500, 503):
        page.set_content(render_to_string(f"{status}.html"))
        expect(page.get_by_role("link", name="Back to your start page")).to_be_visible()
        check_accessible(page)
