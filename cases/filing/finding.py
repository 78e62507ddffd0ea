"""Accounts, contacts, leads and opportunities by what somebody types, while they type: at a million of each a few
short looks, every one of them answered by an index.

Found are those whose name, domain, address or external id begins so; then those with the words anywhere in the name,
the last of them by its beginning. Who may file may choose among all of them: a case is filed on any account.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from accounts.models import Account, Contact, Lead, Opportunity
from accounts.models.book import CLOSED_STAGES, LeadStatus
from smbcases.lib.refusal import Refusal

MOST = 8
LONGEST = 100
SHORTEST_INSIDE = 3  # letters that a word must have to be looked for inside names
_WORD = re.compile(r"[^\W_]+")

R = TypeVar("R", Account, Contact, Lead, Opportunity)


class NoSuchKind(Refusal):
    name = "no-such-kind"
    status = 404
    title = "There is nothing of that kind to find"


@dataclass(frozen=True, kw_only=True)
class Found:
    """A record as it is offered; `account` is the one that choosing it brings."""

    id: int
    name: str
    detail: str
    account_id: int | None = None
    account_name: str = ""


def find(kind: str, words: str, *, account_id: int | None = None) -> list[Found]:
    """At most `MOST`, the best first; with an account its own before all others. Raises NoSuchKind."""
    if kind not in _FINDERS:
        raise NoSuchKind(f"There are {', '.join(_FINDERS)}.")
    typed = clean(words)
    if not typed and account_id is None:
        return []
    return [_SHOWN[kind](record) for record in _FINDERS[kind](typed, account_id)]


def clean(words: str) -> str:
    return " ".join(words.replace("\0", "").split())[:LONGEST]


def _take(looks: Iterable[Callable[[], Iterable[R]]]) -> list[R]:
    """What the looks find, in their order and each once, until there are enough."""
    found: dict[int, R] = {}
    for look in looks:
        for record in look():
            found.setdefault(record.pk, record)
        if len(found) >= MOST:
            break
    return list(found.values())[:MOST]


def _begins(rows: QuerySet[R], **asked: str) -> Callable[[], list[R]]:
    """A look at rows of which a field begins so: in no order of its own, so that the first of the index will do."""
    narrowed = rows.filter(**{f"{name}__istartswith": value for name, value in asked.items()})
    (name,) = asked
    return lambda: sorted(narrowed[:MOST], key=lambda row: (str(getattr(row, name)).casefold(), row.pk))


def _is(rows: QuerySet[R], **asked: str) -> Callable[[], list[R]]:
    same = rows.filter(**{f"{name}__iexact": value for name, value in asked.items()})
    return lambda: sorted(same[:MOST], key=lambda row: row.pk)


def _inside(rows: QuerySet[R], typed: str) -> Callable[[], list[R]]:
    """A look at rows that have all words in their name; the last one may go on, as it is still being typed."""
    parts: list[str] = [word for word in _WORD.findall(typed) if len(word) >= SHORTEST_INSIDE]
    if not parts:
        return list
    said = " & ".join([*parts[:-1], f"{parts[-1]}:*"])
    query = SearchQuery(said, config="simple", search_type="raw")
    having = rows.annotate(in_name=SearchVector("name", config="simple")).filter(in_name=query)
    return lambda: sorted(
        rows.filter(pk__in=_by_words(having)), key=lambda row: (row.name.casefold(), row.pk)
    )


BITMAP_ALONE = "; ".join(  # for a transaction
    f"SET LOCAL enable_{other} = off" for other in ("seqscan", "indexscan", "indexonlyscan")
)


def _by_words(having: QuerySet[R]) -> list[int]:
    """Their ids, by the index of words whatever the planner thinks.

    Where two frequent words never meet in a name, or one is nobody's, it hopes to find enough rows soon, and reads a
    million names one by one, be it in the order of another index, or from one that holds the names. Only a bitmap
    scan is left to it.
    """
    ids = having.order_by().values_list("pk", flat=True)[:MOST]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BITMAP_ALONE)
        return list(ids)


def _of_domain(typed: str) -> list[int]:
    """Accounts of the domain that was typed, or of the address's."""
    domain = typed.rpartition("@")[2]
    if ("." not in domain and "@" not in typed) or not domain:
        return []
    return list(Account.objects.filter(domain__istartswith=domain).values_list("pk", flat=True)[:MOST])


def _accounts(typed: str, _account_id: int | None) -> list[Account]:
    rows = Account.objects.only("name", "domain", "region", "country", "external_id")
    return _take(_looks_for_account(rows, typed)) if typed else []


def _looks_for_account(rows: QuerySet[Account], typed: str) -> Iterator[Callable[[], Iterable[Account]]]:
    yield _is(rows, name=typed)
    yield _begins(rows, name=typed)
    yield _begins(rows, domain=typed.rpartition("@")[2] or typed)
    yield _begins(rows, external_id=typed)
    if "@" in typed:
        theirs = Contact.objects.filter(email__istartswith=typed, account__isnull=False)
        yield lambda: rows.filter(pk__in=list(theirs.values_list("account_id", flat=True)[:MOST]))
    yield _inside(rows, typed)


def _contacts(typed: str, account_id: int | None) -> list[Contact]:
    rows = Contact.objects.select_related("account")
    if account_id is not None:
        own = rows.filter(account=account_id)
        named = own.filter(_named(typed)) if typed else own
        return list(named.order_by("name", "id")[:MOST])
    return _take(_looks_for_person(rows, typed, domain="account__in"))


def _leads(typed: str, account_id: int | None) -> list[Lead]:
    rows = Lead.objects.select_related("matched_account").exclude(status=LeadStatus.DISQUALIFIED)
    looks: list[Callable[[], Iterable[Lead]]] = []
    if account_id is not None:
        own = rows.filter(matched_account=account_id)
        looks.append(lambda: (own.filter(_named(typed)) if typed else own).order_by("name", "id")[:MOST])
    if typed:
        looks += [*_looks_for_person(rows, typed, domain="matched_account__in"), _begins(rows, company=typed)]
    return _take(looks)


def _looks_for_person(rows: QuerySet[R], typed: str, *, domain: str) -> Iterator[Callable[[], Iterable[R]]]:
    """Contacts, or leads."""
    yield _begins(rows, email=typed)
    yield _begins(rows, name=typed)
    yield _begins(rows, external_id=typed)
    accounts = _of_domain(typed)
    if accounts:
        yield lambda: rows.filter(**{domain: accounts}).order_by("name", "id")[:MOST]
    yield _inside(rows, typed)


def _opportunities(typed: str, account_id: int | None) -> list[Opportunity]:
    rows = Opportunity.objects.select_related("account")
    if account_id is not None:
        own = rows.filter(account=account_id)
        named = own.filter(Q(name__icontains=typed) | Q(external_id__istartswith=typed)) if typed else own
        open_ones = [*named.exclude(stage__in=CLOSED_STAGES).order_by("close_on", "id")[:MOST]]
        return open_ones or list(named.order_by("-id")[:MOST])
    return _take(_looks_for_opportunity(rows, typed))


def _looks_for_opportunity(
    rows: QuerySet[Opportunity], typed: str
) -> Iterator[Callable[[], Iterable[Opportunity]]]:
    yield _begins(rows, name=typed)
    yield _begins(rows, external_id=typed)
    accounts = _of_domain(typed)
    if accounts:
        yield lambda: rows.filter(account__in=accounts).order_by("name", "id")[:MOST]
    yield _inside(rows, typed)


def _named(typed: str) -> Q:
    return Q(name__icontains=typed) | Q(email__icontains=typed) | Q(external_id__istartswith=typed)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _show_account(row: Account) -> Found:
    return Found(
        id=row.pk,
        name=row.name,
        detail=_joined(row.domain, row.region or "Region not known", row.external_id),
    )


def _show_contact(row: Contact) -> Found:
    name = row.account.name if row.account else ""
    return Found(
        id=row.pk,
        name=row.name,
        detail=_joined(row.email, name),
        account_id=row.account_id,
        account_name=name,
    )


def _show_lead(row: Lead) -> Found:
    name = row.matched_account.name if row.matched_account else ""
    return Found(
        id=row.pk,
        name=row.name,
        detail=_joined(row.email, row.company, f"matched to {name}" if name else "matched to no account"),
        account_id=row.matched_account_id,
        account_name=name,
    )


def _show_opportunity(row: Opportunity) -> Found:
    return Found(
        id=row.pk,
        name=row.name,
        detail=_joined(row.get_stage_display(), row.account.name),
        account_id=row.account_id,
        account_name=row.account.name,
    )


_FINDERS: dict[str, Callable[[str, int | None], Iterable[Any]]] = {
    "account": _accounts,
    "contact": _contacts,
    "lead": _leads,
    "opportunity": _opportunities,
}
_SHOWN: dict[str, Callable[[Any], Found]] = {
    "account": _show_account,
    "contact": _show_contact,
    "lead": _show_lead,
    "opportunity": _show_opportunity,
}
