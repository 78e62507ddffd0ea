from django.db import migrations, models

# Who has closed no case moves nothing that is kept; who has, what was closed since their first one. Of who moves in
# the very moment in which their first closed cases are brought in, nothing is noted.
#
# History is counted of closed cases too (when they were first picked up, when they got a next step). It needs no
# watching as long as nothing that is done with a closed case is of these kinds.
NOTE = """
CREATE OR REPLACE FUNCTION cases_note_settled_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cases_settledchange (closed_at)
    SELECT min(closed_at) FROM cases_case WHERE owner_id = NEW.id AND closed_at IS NOT NULL
    HAVING count(*) > 0;
    RETURN NULL;
END $$;
"""
AS_BEFORE = """
CREATE OR REPLACE FUNCTION cases_note_settled_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cases_settledchange (closed_at) VALUES (NULL);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_count_once")]

    operations = [
        migrations.RemoveIndex(model_name="settledchange", name="settled_change_by_closing"),
        migrations.AddField(
            model_name="settledchange", name="many", field=models.PositiveBigIntegerField(db_default=1)
        ),
        migrations.AddField(
            model_name="settledchange", name="sum_of_ids", field=models.BigIntegerField(null=True)
        ),
        migrations.RunSQL(NOTE, AS_BEFORE),
    ]
