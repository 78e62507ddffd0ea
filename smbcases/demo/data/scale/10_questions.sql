-- Of twenty: fourteen were answered at once, four before the case was closed, two not at all.
INSERT INTO cases_question (case_id, by_id, text, people, asked_at, due_at, answered_at, answered_by_id, missed_at)
WITH asked AS (
    SELECT id, filed_by_id, owner_id, opened_at, closed_at, pg_temp.lot(id) AS lot,
        (%(zones)s)[1 + (account_id - %(first_account)s) %% 3] AS zone,
        CASE WHEN closed_at IS NULL AND pg_temp.lot(id) >= 14 AND opened_at > %(now)s - interval '7 days'
            THEN %(now)s - interval '30 minutes' ELSE opened_at + interval '20 minutes' END AS asked_at
    FROM cases_case
    WHERE id >= %(first_case)s AND pg_temp.lot(id) < 20 AND picked_up_at IS NOT NULL AND deferred_until IS NULL
), due AS (
    SELECT *, (date_trunc('day', asked_at AT TIME ZONE zone) + interval '1 day'
            * CASE extract(isodow FROM asked_at AT TIME ZONE zone) WHEN 5 THEN 4 WHEN 6 THEN 3 ELSE 2 END)
            AT TIME ZONE zone AS due_at,
        CASE WHEN lot < 14 THEN opened_at + interval '80 minutes'
            WHEN lot < 18 THEN closed_at - interval '1 hour' END AS answered_at
    FROM asked
)
SELECT id, filed_by_id, 'By when can they expect the quote?', '{}', asked_at, due_at, answered_at,
    CASE WHEN answered_at IS NOT NULL THEN owner_id END,
    CASE WHEN due_at < coalesce(answered_at, closed_at, %(now)s) THEN due_at END
FROM due ORDER BY id
