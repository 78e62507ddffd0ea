-- m counts within a region, k within an owner: the first `open_each` of an owner are open, and are the newest.
-- Lots below 40 were filed by departments, 40 to 69 handed over, 70 to 99 put off once: later files tell by the columns.
INSERT INTO cases_case (
    id, playbook, origin, case_type, category, trigger_version, occurrence, web_email, subject, context, cta, description,
    link, priority, case_reason, territory, language, department, filed_by_id, status, next_steps, next_steps_on,
    deferred_until, put_off, answered, resolution_action, feedback, opened_at, queued_at, assigned_at, picked_up_at,
    closed_at, pick_up_by, target_at, limit_at, pick_up_missed_at, limit_passed_at, due_at, due_kind, alert_at, alert_kind,
    alerted_at, clock_spans, takes_place, version, account_id, contact_id, opportunity_id, owner_id)
WITH numbered AS (
    SELECT n, %(first_case)s::bigint + %(cases)s - 1 - n AS id, n %% 3 AS region, n / 3 AS m,
        (%(accounts)s + 2 - n %% 3) / 3 AS accounts_here, (%(advocates)s + 2 - n %% 3) / 3 AS advocates_here
    FROM generate_series(0, %(cases)s - 1) AS n
), dealt AS (
    SELECT n, id, pg_temp.lot(id) AS lot, region, m / advocates_here AS k, pg_temp.lot(id) < 40 AS is_filed,
        (m %% accounts_here) * 3 + region AS account, (m %% advocates_here) * 3 + region AS advocate,
        1 + (m %% accounts_here + m / accounts_here) %% cardinality(%(types)s) AS type,
        1 + id / 7 %% cardinality(%(filed_types)s) AS filed
    FROM numbered
), staged AS (
    SELECT *, CASE WHEN k >= %(open_each)s THEN 'closed' WHEN k %% 16 = 15 THEN 'later'
        WHEN k %% 8 = 0 THEN 'new' ELSE 'working' END AS stage,
        (%(zones)s)[1 + region] AS zone, CASE WHEN is_filed THEN 3 ELSE (%(priorities)s)[type] END AS priority,
        CASE WHEN is_filed THEN (%(filed_types)s)[filed] ELSE (%(types)s)[type] END AS case_type
    FROM dealt
), begun AS (
    SELECT *, CASE stage
        WHEN 'closed' THEN %(now)s - interval '15 days' - %(years)s * (greatest(0, n - %(open_each)s * %(advocates)s)::float / %(cases)s)
        WHEN 'new' THEN %(now)s - interval '1 minute' * (n %% 90)
        ELSE %(now)s - interval '2 hours' - %(open_within)s * (k::float / %(open_each)s) END AS opened_at
    FROM staged
), gone AS (
    SELECT *, stage IN ('closed', 'working') AND lot BETWEEN 40 AND 69 AS is_handed,
        stage = 'closed' AND lot BETWEEN 60 AND 67 AS is_barrier,
        stage = 'closed' AND lot %% 20 = 7 AS is_won, stage = 'closed' AND lot %% 100 = 18 AS is_lost,
        stage = 'closed' AND lot BETWEEN 70 AND 99 AND opened_at < %(now)s - interval '40 days' AS is_back,
        NOT case_type = ANY(%(unlimited)s) AS is_limited,
        CASE WHEN lot < 20 AND stage IN ('closed', 'working') THEN 1 + (lot < 14 OR stage = 'closed' AND lot < 18)::int
            ELSE 0 END AS said
    FROM begun
), kept AS (
    SELECT *, stage = 'closed' AND lot %% 20 = 19 AND NOT is_back AS is_late,
        stage = 'closed' AND lot %% 33 = 5 AND NOT is_back AND is_limited AND opened_at < %(now)s - interval '30 days' AS is_long,
        CASE WHEN is_back THEN (opened_at::date + 20)::timestamp AT TIME ZONE zone ELSE opened_at END AS queued_at,
        CASE WHEN NOT is_back AND is_limited AND stage <> 'later' THEN opened_at + %(limit)s END AS limit_at
    FROM gone
), clocked AS (
    SELECT *, CASE WHEN stage <> 'new' THEN
            least(opened_at + interval '1 hour' * (CASE WHEN is_late THEN 25 ELSE 1 END + n %% 20), %(now)s - interval '1 hour')
        END AS first_picked_up_at,
        CASE WHEN is_back THEN queued_at + interval '5 minutes' ELSE opened_at END
            + interval '1 hour' * (%(hours)s)[priority] AS pick_up_by,
        CASE WHEN stage = 'closed' THEN opened_at
            + interval '1 hour' * (CASE WHEN is_long THEN 384 + n %% 240 WHEN is_back THEN 528 + n %% 300 ELSE 48 + n %% 300 END)
        END AS closed_at,
        CASE stage WHEN 'closed' THEN opened_at::date + 1 WHEN 'new' THEN NULL WHEN 'later' THEN %(now)s::date + 30 + n %% 90
            ELSE %(now)s::date - 2 + k %% 8 END AS next_steps_on
    FROM kept
), planned AS (
    SELECT *, (next_steps_on + 1)::timestamp AT TIME ZONE zone AS step_ends_at,
        CASE WHEN stage = 'later' THEN next_steps_on::timestamp AT TIME ZONE zone END AS later_at,
        CASE WHEN is_back THEN queued_at + interval '1 hour' * (9 + n %% 8) ELSE first_picked_up_at END AS picked_up_at,
        CASE WHEN is_back THEN queued_at + interval '5 minutes'
            WHEN is_handed THEN first_picked_up_at + (coalesce(closed_at, %(now)s) - first_picked_up_at) / 4
            ELSE opened_at END AS assigned_at
    FROM clocked
)
SELECT id, %(playbook)s, CASE WHEN is_filed THEN 'form' ELSE 'trigger' END, case_type,
    CASE WHEN is_filed THEN (%(filed_categories)s)[filed] ELSE (%(categories)s)[type] END,
    CASE WHEN is_filed THEN NULL ELSE least((%(versions)s)[type],
        1 + (opened_at >= %(now)s - (%(edited)s)[1])::int + (opened_at >= %(now)s - (%(edited)s)[2])::int) END,
    CASE WHEN is_filed THEN 'form:' ELSE 'scale:' END || id, '', 'Account ' || (%(first_account)s + account) || ': ' || case_type,
    repeat('The account has a reason to be looked at, and this says which one it is. ', 2),
    repeat('Write to the contact, ask what they need, and note the answer with its date. ', 2), '', '',
    priority, '', (%(territories)s)[1 + region],
    CASE WHEN is_barrier THEN (%(rare_languages)s)[1 + region] WHEN account %% 20 = 7 THEN (%(languages)s)[1 + region] ELSE '' END,
    CASE WHEN is_filed THEN (%(departments)s)[filed] ELSE '' END, CASE WHEN is_filed THEN (%(filers)s)[filed] END,
    CASE WHEN is_won THEN (%(closed)s)[1] WHEN stage = 'closed' THEN (%(closed)s)[1 + n / 101 %% cardinality(%(closed)s)]
        WHEN stage = 'working' THEN (%(working)s)[1 + n %% cardinality(%(working)s)] ELSE 'open' END,
    CASE WHEN next_steps_on IS NULL THEN '' ELSE opened_at::date || ' AD Send the quote for ' || 2 + n %% 40 || ' seats' END,
    next_steps_on, CASE WHEN stage = 'later' THEN next_steps_on END, stage = 'later' OR is_back, n %% 3 = 0,
    CASE WHEN stage = 'closed' THEN (%(actions)s)[1 + n %% cardinality(%(actions)s)] ELSE '' END,
    CASE WHEN stage <> 'closed' THEN '' WHEN is_barrier THEN 'We had no language in common ' || %(barrier_tag)s
        WHEN lot IN (36, 37) THEN 'They asked for their advocate ' || %(advocate_tag)s ELSE 'NA' END,
    opened_at, queued_at, assigned_at, picked_up_at, closed_at, pick_up_by,
    CASE WHEN limit_at IS NOT NULL THEN opened_at + %(target)s END, limit_at,
    CASE WHEN is_late THEN pick_up_by END, CASE WHEN is_long THEN limit_at END,
    CASE stage WHEN 'closed' THEN closed_at WHEN 'new' THEN pick_up_by WHEN 'later' THEN later_at
        ELSE least(step_ends_at, limit_at) END,
    CASE WHEN stage = 'closed' THEN 'none' WHEN stage = 'new' THEN 'pick_up' WHEN stage = 'later' THEN 'later'
        WHEN limit_at IS NULL OR step_ends_at <= limit_at THEN 'next_step' ELSE 'limit' END,
    CASE stage WHEN 'closed' THEN NULL WHEN 'new' THEN pick_up_by WHEN 'later' THEN later_at ELSE limit_at END,
    CASE stage WHEN 'closed' THEN '' WHEN 'new' THEN 'pick_up' WHEN 'later' THEN 'later'
        ELSE CASE WHEN limit_at IS NULL THEN '' ELSE 'limit' END END,
    CASE WHEN stage <> 'closed' THEN %(now)s END,
    CASE WHEN is_handed OR is_back THEN jsonb_build_array(jsonb_build_object(
        'clock', 'pick_up', 'from', opened_at, 'to', first_picked_up_at, 'runs', true, 'because', 'picked_up',
        'used', extract(epoch FROM first_picked_up_at - opened_at))) END,
    true, CASE stage WHEN 'new' THEN 2 WHEN 'later' THEN 3 ELSE 3 + lot %% 3 + said + is_filed::int + is_handed::int END
        + (stage = 'closed')::int + is_late::int + is_long::int + is_back::int * 4,
    %(first_account)s + account, %(first_contact)s + account,
    CASE WHEN is_won OR is_lost THEN %(first_deal)s + n ELSE %(first_opportunity)s + account END, %(first_person)s + advocate
FROM planned ORDER BY n DESC
