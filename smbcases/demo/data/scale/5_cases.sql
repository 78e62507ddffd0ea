-- m counts within a region, k within an owner: the first `open_each` of an owner are open, and are the newest.
INSERT INTO cases_case (
    id, playbook, origin, case_type, category, trigger_version, occurrence, web_email, subject, context, cta, description,
    link, priority, case_reason, territory, language, department, status, next_steps, next_steps_on, deferred_until,
    put_off, answered, resolution_action, feedback, opened_at, queued_at, assigned_at, picked_up_at, closed_at,
    pick_up_by, target_at, limit_at, due_at, due_kind, alert_at, alert_kind, alerted_at, takes_place, version,
    account_id, contact_id, opportunity_id, owner_id)
WITH numbered AS (
    SELECT n, n %% 3 AS region, n / 3 AS m,
        (%(accounts)s + 2 - n %% 3) / 3 AS accounts_here, (%(advocates)s + 2 - n %% 3) / 3 AS advocates_here
    FROM generate_series(0, %(cases)s - 1) AS n
), dealt AS (
    SELECT n, region, m / advocates_here AS k,
        (m %% accounts_here) * 3 + region AS account, (m %% advocates_here) * 3 + region AS advocate,
        1 + (m %% accounts_here + m / accounts_here) %% cardinality(%(types)s) AS type
    FROM numbered
), staged AS (
    SELECT *, CASE WHEN k >= %(open_each)s THEN 'closed' WHEN k %% 16 = 15 THEN 'later'
        WHEN k %% 8 = 0 THEN 'new' ELSE 'working' END AS stage,
        (%(zones)s)[1 + region] AS zone
    FROM dealt
), begun AS (
    SELECT *, CASE stage
        WHEN 'closed' THEN %(now)s - interval '15 days' - %(years)s * (n::float / %(cases)s)
        WHEN 'new' THEN %(now)s - interval '1 minute' * (n %% 90)
        ELSE %(now)s - interval '2 hours' - %(open_within)s * (k::float / %(open_each)s) END AS opened_at
    FROM staged
), clocked AS (
    SELECT *, opened_at + interval '1 hour' * %(hours)s AS pick_up_by, 
        CASE WHEN NOT (%(types)s)[type] = ANY(%(unlimited)s) AND stage <> 'later' THEN opened_at + %(limit)s END AS limit_at,
        CASE WHEN stage <> 'new' THEN opened_at + interval '1 hour' * (1 + n %% 20) END AS picked_up_at,
        CASE WHEN stage = 'closed' THEN opened_at + interval '1 hour' * (24 + n %% 300) END AS closed_at,
        CASE stage WHEN 'closed' THEN opened_at::date + 1 WHEN 'new' THEN NULL WHEN 'later' THEN %(now)s::date + 30 + n %% 90
            ELSE %(now)s::date - 2 + k %% 8 END AS next_steps_on
    FROM begun
), planned AS (
    SELECT *, (next_steps_on + 1)::timestamp AT TIME ZONE zone AS step_ends_at,
        CASE WHEN stage = 'later' THEN next_steps_on::timestamp AT TIME ZONE zone END AS later_at
    FROM clocked
)
SELECT %(first_case)s + %(cases)s - 1 - n, %(playbook)s, 'trigger', (%(types)s)[type], (%(categories)s)[type], 1,
    'scale:' || (%(first_case)s + n), '', 'Account ' || (%(first_account)s + account) || ': ' || (%(types)s)[type],
    repeat('The account has a reason to be looked at, and this says which one it is. ', 2),
    repeat('Write to the contact, ask what they need, and note the answer with its date. ', 2), '', '',
    (%(priorities)s)[type], '', (%(territories)s)[1 + region], '', '',
    CASE stage WHEN 'closed' THEN (%(closed)s)[1 + n %% cardinality(%(closed)s)]
        WHEN 'working' THEN (%(working)s)[1 + n %% cardinality(%(working)s)] ELSE 'open' END,
    CASE WHEN next_steps_on IS NULL THEN '' ELSE opened_at::date || ' AD Send the quote for ' || 2 + n %% 40 || ' seats' END,
    next_steps_on, CASE WHEN stage = 'later' THEN next_steps_on END, stage = 'later', n %% 3 = 0,
    CASE WHEN stage = 'closed' THEN (%(actions)s)[1 + n %% cardinality(%(actions)s)] ELSE '' END,
    CASE WHEN stage = 'closed' THEN 'NA' ELSE '' END,
    opened_at, opened_at, opened_at, picked_up_at, closed_at, pick_up_by,
    CASE WHEN limit_at IS NOT NULL THEN opened_at + %(target)s END, limit_at,
    CASE stage WHEN 'closed' THEN closed_at WHEN 'new' THEN pick_up_by WHEN 'later' THEN later_at
        ELSE least(step_ends_at, limit_at) END,
    CASE WHEN stage = 'closed' THEN 'none' WHEN stage = 'new' THEN 'pick_up' WHEN stage = 'later' THEN 'later'
        WHEN limit_at IS NULL OR step_ends_at <= limit_at THEN 'next_step' ELSE 'limit' END,
    CASE stage WHEN 'closed' THEN NULL WHEN 'new' THEN pick_up_by WHEN 'later' THEN later_at ELSE limit_at END,
    CASE stage WHEN 'closed' THEN '' WHEN 'new' THEN 'pick_up' WHEN 'later' THEN 'later'
        ELSE CASE WHEN limit_at IS NULL THEN '' ELSE 'limit' END END,
    CASE WHEN stage <> 'closed' THEN %(now)s END,
    true, CASE stage WHEN 'closed' THEN 4 WHEN 'new' THEN 2 ELSE 3 END,
    %(first_account)s + account, %(first_contact)s + account, %(first_opportunity)s + account, %(first_person)s + advocate
FROM planned ORDER BY n DESC
