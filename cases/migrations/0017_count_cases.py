from django.db import migrations, models

from smbcases.lib.building import BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0016_keep_clock_spans")]

    operations = [
        BuildIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["closed_at"],
                include=(
                    *("owner", "status", "resolution_action", "category", "case_type", "territory"),
                    *("department", "opened_at", "picked_up_at", "target_at", "limit_at", "opportunity"),
                    "trigger_version",
                ),
                name="case_counted_closed",
            ),
        ),
        BuildIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["opened_at"],
                include=(
                    *("owner", "status", "resolution_action", "category", "case_type", "territory"),
                    *("department", "origin", "closed_at", "trigger_version"),
                ),
                name="case_counted_opened",
            ),
        ),
        BuildIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False), ("picked_up_at__isnull", False)),
                fields=["picked_up_at"],
                include=(
                    *("owner", "assigned_at", "pick_up_by", "pick_up_missed_at", "category", "case_type"),
                    *("territory", "department", "closed_at"),
                ),
                name="case_counted_picked_up",
            ),
        ),
        BuildIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("feedback__contains", "#")), fields=["id"], name="case_tagged"
            ),
        ),
        BuildIndex(
            model_name="history",
            index=models.Index(
                condition=models.Q(
                    ("data__contains", {"inbound": False}), ("verb__in", ["logged", "mailed"])
                ),
                fields=["person", "at"],
                name="history_touches",
            ),
        ),
        BuildIndex(
            model_name="history",
            index=models.Index(
                condition=models.Q(
                    ("person__isnull", False),
                    (
                        "verb__in",
                        [
                            "answered",
                            "picked_up",
                            "logged",
                            "mailed",
                            "next_steps",
                            "deferred",
                            "closed",
                            "reopened",
                            "undone",
                        ],
                    ),
                ),
                fields=["person", "at"],
                name="history_done_by_person",
            ),
        ),
        BuildIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    ("closed_at__isnull", False),
                    ("picked_up_at__isnull", False),
                    models.Q(
                        ("pick_up_missed_at__isnull", False),
                        ("picked_up_at__gt", models.F("pick_up_by")),
                        _connector="OR",
                    ),
                ),
                fields=["picked_up_at"],
                name="case_broke_pick_up",
            ),
        ),
        BuildIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__gt", models.F("target_at")), ("closed_at__isnull", False)),
                fields=["closed_at"],
                name="case_broke_target",
            ),
        ),
        BuildIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__gt", models.F("limit_at")), ("closed_at__isnull", False)),
                fields=["closed_at"],
                name="case_broke_limit",
            ),
        ),
        BuildIndex(
            model_name="question",
            index=models.Index(fields=["due_at"], name="question_by_due"),
        ),
        BuildIndex(
            model_name="receivedmail",
            index=models.Index(
                condition=models.Q(("came_after_closing", True)),
                fields=["received_at"],
                name="received_mail_after_closing",
            ),
        ),
    ]
