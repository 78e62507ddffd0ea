from django.db import migrations, models
from django.db.models.functions import Now

# What figures read of a closed case. A new column that is counted belongs here: a test holds the two together.
COUNTED = (
    *("owner_id", "status", "resolution_action", "category", "case_type", "trigger_version", "origin"),
    *("territory", "department", "opportunity_id", "put_off"),
    *("opened_at", "assigned_at", "picked_up_at", "closed_at"),
    *("pick_up_by", "pick_up_missed_at", "target_at", "limit_at"),
)


def _row(name: str) -> str:
    return f"({', '.join(f'{name}.{column}' for column in COUNTED)}, {name}.next_steps = '')"


# A case that is closed now was counted nowhere yet. One that is born closed, or closed in the past, may have been
# missed by what was counted since: an import, a correction.
LATE = "NEW.closed_at < now() - interval '1 hour'"
WATCH = f"""
CREATE FUNCTION cases_note_settled_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cases_settledchange (closed_at) VALUES (least(OLD.closed_at, NEW.closed_at));
    RETURN NULL;
END $$;
CREATE TRIGGER case_settled_changes AFTER UPDATE ON cases_case FOR EACH ROW
    WHEN ((OLD.closed_at IS NOT NULL AND {_row("OLD")} IS DISTINCT FROM {_row("NEW")})
        OR (OLD.closed_at IS NULL AND {LATE}))
    EXECUTE FUNCTION cases_note_settled_change();
CREATE TRIGGER case_settled_comes AFTER INSERT ON cases_case FOR EACH ROW
    WHEN ({LATE}) EXECUTE FUNCTION cases_note_settled_change();
CREATE TRIGGER case_settled_goes AFTER DELETE ON cases_case FOR EACH ROW
    WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION cases_note_settled_change();

CREATE FUNCTION cases_note_settled_question() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cases_settledchange (closed_at)
    SELECT closed_at FROM cases_case
    WHERE id IN (OLD.case_id, NEW.case_id) AND closed_at IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER question_of_settled_changes AFTER INSERT OR UPDATE OR DELETE ON cases_question FOR EACH ROW
    EXECUTE FUNCTION cases_note_settled_question();

CREATE FUNCTION cases_note_settled_deal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cases_settledchange (what, closed_at)
    SELECT 'deal', closed_at FROM cases_case WHERE opportunity_id = NEW.id AND closed_at IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER deal_of_settled_changes AFTER UPDATE ON accounts_opportunity FOR EACH ROW
    WHEN ('closed_won' IN (OLD.stage, NEW.stage) AND (OLD.stage, OLD.kind, OLD.currency, OLD.amount)
        IS DISTINCT FROM (NEW.stage, NEW.kind, NEW.currency, NEW.amount))
    EXECUTE FUNCTION cases_note_settled_deal();

CREATE FUNCTION cases_note_settled_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cases_settledchange (closed_at) VALUES (NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER person_of_settled_moves AFTER UPDATE ON accounts_person FOR EACH ROW
    WHEN ((OLD.region, OLD.time_zone) IS DISTINCT FROM (NEW.region, NEW.time_zone))
    EXECUTE FUNCTION cases_note_settled_people();
"""  # noqa: S608  columns of the code's own
REST = """
DROP TRIGGER deal_of_settled_changes ON accounts_opportunity;
DROP FUNCTION cases_note_settled_deal();
DROP TRIGGER person_of_settled_moves ON accounts_person;
DROP FUNCTION cases_note_settled_people();
DROP TRIGGER question_of_settled_changes ON cases_question;
DROP FUNCTION cases_note_settled_question();
DROP TRIGGER case_settled_goes ON cases_case;
DROP TRIGGER case_settled_comes ON cases_case;
DROP TRIGGER case_settled_changes ON cases_case;
DROP FUNCTION cases_note_settled_change();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0019_settle_mail"), ("accounts", "0009_sweep_ownership")]

    operations = [
        migrations.CreateModel(
            name="SettledChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[("case", "Case"), ("deal", "Deal")], db_default="case", max_length=4
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "indexes": [models.Index(fields=["closed_at"], name="settled_change_by_closing")],
            },
        ),
        migrations.RunSQL(WATCH, REST),
    ]
