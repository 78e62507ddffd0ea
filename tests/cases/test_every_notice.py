"""Whatever somebody can be told is said wherever notices are: on the page, behind the bell, by API and in the mail."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Notice, NoticeKind
from cases.talk import digest, told
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_each_kind_is_said_everywhere(client: Client, kind: NoticeKind) -> None:
    now, maya = timezone.now(), factories.person()
    notice = Notice.objects.create(person=maya, kind=kind, at=now, text="In a word", mail_at=now, rings=True)
    [row] = told.tell([notice], reader=maya)
    assert row.sentence
    assert row.icon
    client.force_login(maya)
    for name in ("notices", "notices_bell"):
        assert client.get(reverse(name)).status_code == 200
    assert digest.mail_due(now=now) == 1
    assert "In a word" in mail.outbox[0].body
