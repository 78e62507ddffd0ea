from django.db import migrations

# Whether an owner was away when a clock ran out is counted of closed cases. A day off that is put down for later
# touches none of them.
WATCH = """
CREATE FUNCTION routing_note_settled_time_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cases_settledchange (closed_at)
    VALUES (least(OLD.starts_on, NEW.starts_on)::timestamp AT TIME ZONE 'UTC' - interval '1 day');
    RETURN NULL;
END $$;
CREATE TRIGGER time_off_of_settled_changes AFTER INSERT OR UPDATE OR DELETE ON routing_timeoff FOR EACH ROW
    EXECUTE FUNCTION routing_note_settled_time_off();
"""
REST = """
DROP TRIGGER time_off_of_settled_changes ON routing_timeoff;
DROP FUNCTION routing_note_settled_time_off();
"""


class Migration(migrations.Migration):
    dependencies = [("routing", "0007_count_turns"), ("cases", "0020_count_once")]

    operations = [migrations.RunSQL(WATCH, REST)]
