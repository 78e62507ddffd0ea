"""`manage.py demo --live`: each event of the trickle is one that the server takes."""

from itertools import islice
from random import Random

import pytest
from django.utils import timezone

from accounts import checking
from accounts.models import Account, Contact
from smbcases.demo import live


@pytest.fixture
def account(db) -> Account:
    now = timezone.now()
    contact = Contact.objects.create(
        external_id="003A", name="Ada Weber", email="ada@acme.example", as_of=now
    )
    return Account.objects.create(
        external_id="001A", name="Acme", segment="smb", region="EMEA", gitlab_admin=contact, as_of=now
    )


def test_its_events_are_fit_and_none_is_sent_twice(account):
    events = [event for _, event in islice(live._events(Random(1)), 60)]
    for event in events:
        checking.check(event, now=timezone.now())
    assert len({event["id"] for event in events}) == 60
    assert len({event["type"] for event in events}) > 4


@pytest.mark.django_db
def test_without_a_book_it_says_so():
    with pytest.raises(live.NotLetIn, match="no book"):
        next(live._events(Random(1)))


def test_a_server_that_is_away_is_no_error():
    sender = live.Sender(address="http://127.0.0.1:9", key="none")
    assert not sender.send({})
