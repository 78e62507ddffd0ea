"""Companies and the people in them: names, addresses and numbers that look like those of their country."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from smbcases.demo.reading import read


@dataclass(frozen=True, kw_only=True)
class Company:
    """`language` is what its people speak among themselves, empty for English."""

    name: str
    domain: str
    region: str
    country: str
    language: str
    currency: str
    street: str
    city: str
    postal_code: str
    words: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Somebody:
    name: str
    email: str
    phone: str
    title: str


def found(number: int, *, chance: Random) -> list[Company]:
    """`number` companies with different names, by country as the data say, in a random order."""
    countries = read("companies")["countries"]
    total = sum(one["share"] for one in countries.values())
    names = {words: _names(words, chance=chance) for words in read("companies")["words"]}
    keys = chance.choices(
        list(countries), weights=[one["share"] / total for one in countries.values()], k=number
    )
    return [
        _company(key, countries[key], next(names[countries[key]["words"]]), chance=chance) for key in keys
    ]


def employ(company: Company, *, chance: Random) -> Somebody:
    """Somebody who works there."""
    words = read("companies")["words"][company.words]
    first, last = chance.choice(words["first"]), chance.choice(words["last"])
    return Somebody(
        name=f"{first} {last}",
        email=f"{_plain(first)}.{_plain(last)}@{company.domain}",
        phone=company.phone.format(chance.randrange(100), chance.randrange(1000)),
        title=chance.choice(read("companies")["titles"]),
    )


def _names(words: str, *, chance: Random) -> Iterator[str]:
    """Each pair of a stem and a trade once, in a random order; numbered once all are taken."""
    described = read("companies")["words"][words]
    pairs = [f"{stem} {trade}" for stem in described["stems"] for trade in described["trades"]]
    chance.shuffle(pairs)
    yield from pairs
    for round_ in range(2, 1_000):
        yield from (f"{pair} {round_}" for pair in pairs)


def _company(key: str, place: dict[str, Any], name: str, *, chance: Random) -> Company:
    city, postal_code, street = chance.choice(place["cities"])
    country = place.get("country", key)
    return Company(
        name=f"{name} {chance.choice(place['legal'])}",
        domain=f"{_plain(name).replace(' ', '-')}.example",
        region=place["region"],
        country=country,
        language=place.get("language", ""),
        currency=place["currency"],
        street=f"{street} {chance.randrange(1, 190)}",
        city=city,
        postal_code=postal_code,
        words=place["words"],
        phone=place["phone"],
    )


def _plain(text: str) -> str:
    special = text.lower().replace("ß", "ss").replace("ø", "o")
    return unicodedata.normalize("NFKD", special).encode("ascii", "ignore").decode()
