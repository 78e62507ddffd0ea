"""The texts that mails begin with: from the playbook's files, edited by Ops, each version kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from cases.mail import catalogue, samples
from cases.models import MailTemplate
from smbcases import playbook
from smbcases.playbook import merge, merge_places, vocabulary
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def olu() -> Person:
    return factories.person("ops", name="Olu Ops")


@pytest.fixture
def ops(client: Client, olu: Person) -> Client:
    client.force_login(olu)
    return client


@pytest.fixture
def loaded() -> catalogue.Loaded:
    return catalogue.load(now=NOW)


def po_required() -> MailTemplate:
    return MailTemplate.objects.get(playbook="fy26", key="po_required")


class TestLoading:
    def test_every_case_type_and_handover_mail_has_one(self, loaded: catalogue.Loaded) -> None:
        for year in ("fy25", "fy26"):
            rules = playbook.get(year)
            held = set(MailTemplate.objects.filter(playbook=year).values_list("key", flat=True))
            assert held == {*rules.triggers, *rules.handover_mails}

    def test_again_it_does_nothing(self, loaded: catalogue.Loaded) -> None:
        again = catalogue.load(now=NOW)
        assert (again.added, again.changed, again.kept) == ([], [], [])

    def test_what_the_file_says_anew_is_a_new_version(self, loaded: catalogue.Loaded) -> None:
        MailTemplate.objects.filter(pk=po_required().pk).update(digest="of an older file", body="Old")
        assert catalogue.load(now=NOW).changed == ["fy26/po_required"]
        held = po_required()
        assert held.version == 2
        assert held.body == playbook.get("fy26").triggers["po_required"].email_body
        assert list(held.versions.order_by("number").values_list("number", flat=True)) == [1, 2]

    def test_what_ops_edited_is_kept(self, loaded: catalogue.Loaded, olu: Person) -> None:
        catalogue.edit(template=po_required(), changes={"body": "Hi {contact_first_name}"}, by=olu, now=NOW)
        MailTemplate.objects.filter(pk=po_required().pk).update(digest="of an older file")
        assert catalogue.load(now=NOW).kept == ["fy26/po_required"]
        assert po_required().body == "Hi {contact_first_name}"

    def test_the_command_loads_them_too(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("playbook", "load")
        assert "mails: " in capsys.readouterr().out
        assert MailTemplate.objects.exists()


class TestEditing:
    def form(self, **changes: str) -> dict[str, Any]:
        held = po_required()
        inline = {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}
        return {"name": held.name, "subject": held.subject, "body": held.body, **inline, **changes}

    def save(self, ops: Client, **changes: str) -> Any:
        address = reverse("admin:cases_mailtemplate_change", args=[po_required().pk])
        return ops.post(address, self.form(**changes))

    def test_an_edit_is_a_new_version_in_the_name_of_who_made_it(
        self, loaded: catalogue.Loaded, ops: Client, olu: Person
    ) -> None:
        response = self.save(ops, body="Hi {contact_first_name|there},\r\n\r\n{signature}")
        assert response.status_code == 302
        held = po_required()
        assert (held.version, held.edited_by) == (2, olu)
        assert held.body == "Hi {contact_first_name|there},\n\n{signature}"
        assert held.versions.get(number=2).by == olu
        assert held.versions.get(number=1).body == playbook.get("fy26").triggers["po_required"].email_body

    def test_saving_without_a_change_is_no_version(self, loaded: catalogue.Loaded, ops: Client) -> None:
        assert self.save(ops).status_code == 302
        assert po_required().version == 1

    def test_a_wrong_merge_field_is_refused_with_its_place(
        self, loaded: catalogue.Loaded, ops: Client
    ) -> None:
        response = self.save(ops, body="Hi,\nyou pay {carrr}\nand {Plan}")
        assert response.context["adminform"].form.errors["body"] == [
            "Line 2, column 9: there is no merge field “carrr”; did you mean “carr”?",
            "Line 3, column 5: “{Plan}” belongs to no merge field; they look like {account}.",
        ]
        assert po_required().version == 1

    def test_it_is_shown_with_sample_values_before_it_is_saved(
        self, loaded: catalogue.Loaded, ops: Client
    ) -> None:
        address = reverse("admin:cases_mailtemplate_preview", args=[po_required().pk])
        page = ops.post(address, self.form(body="Dear {contact}, <b>")).content.decode()
        assert "Dear Jonas Weber, &lt;b&gt;" in page
        assert po_required().version == 1

    def test_its_page_and_list_open(self, loaded: catalogue.Loaded, ops: Client) -> None:
        assert ops.get(reverse("admin:cases_mailtemplate_changelist")).status_code == 200
        page = ops.get(reverse("admin:cases_mailtemplate_change", args=[po_required().pk]))
        assert "Show it with sample values" in page.content.decode()
        assert ops.get(reverse("admin:cases_mail_changelist")).status_code == 200

    def test_an_advocate_edits_none(self, loaded: catalogue.Loaded, client: Client) -> None:
        client.force_login(factories.person())
        address = reverse("admin:cases_mailtemplate_preview", args=[po_required().pk])
        assert client.post(address, {}, follow=True).status_code == 403


def test_samples_fill_every_template(loaded: catalogue.Loaded) -> None:
    assert set(samples.values()) == vocabulary.HANDOVER_MERGE_FIELDS
    for template in MailTemplate.objects.all():
        assert not merge.fields(merge.fill(template.subject + template.body, samples.values())), template.key


def test_a_fault_names_line_and_column() -> None:
    (fault,) = merge_places.faults("Hi {contact},\n  {", known={"contact"})
    assert (fault.line, fault.column, fault.found) == (2, 3, "{")


def test_what_is_not_known_stays_in_the_text() -> None:
    assert merge.fill("Hi {contact|there}, {seats} of {plan}", {"seats": 40}) == "Hi there, 40 of {plan}"


@pytest.mark.django_db(transaction=True)
class TestMovingIn:
    def test_what_ops_made_of_a_mail_at_its_trigger_comes_along(self) -> None:
        olu = factories.person("ops")
        before = _migrate("0005_say_time_off_errors")
        try:
            trigger_model = before.get_model("routing", "Trigger")
            for key, body in (("po_required", "Ours"), ("fo_opp", "As loaded")):
                made = trigger_model.objects.create(
                    playbook="fy26",
                    key=key,
                    name=key,
                    category="x",
                    enabled=True,
                    asked_of="account",
                    once_per="event",
                    subject="s",
                    context="c",
                    cta="c",
                    email_subject="S",
                    email_body=body,
                    digest="d",
                    edited_by_id=olu.pk,
                )
                definition = {"email_subject": "S", "email_body": "As loaded"}
                made.versions.create(number=1, definition=definition, at=NOW)
        finally:
            _migrate_to_the_end()
        template = MailTemplate.objects.get()
        assert (template.key, template.body, template.edited_by) == ("po_required", "Ours", olu)
        assert template.versions.get().body == "Ours"


def _migrate_to_the_end() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def _migrate(name: str) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate([("routing", name)])
    return MigrationExecutor(connection).loader.project_state([("routing", name)]).apps
