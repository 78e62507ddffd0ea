-- Everything that happened to recent cases, and longer back to those that were filed.
INSERT INTO cases_history (case_id, version, at, actor, person_id, verb, data, text)
SELECT made.id, row_number() OVER (PARTITION BY made.id ORDER BY step.at, step.place), step.at, step.actor, step.person_id,
    step.verb, CASE step.verb
        WHEN 'opened' THEN CASE WHEN made.department = ''
            THEN jsonb_build_object('trigger', made.case_type, 'version', made.trigger_version)
            ELSE jsonb_build_object('form', true, 'department', %(department_names)s::jsonb ->> made.department) END
        WHEN 'assigned' THEN jsonb_build_object('to', first.name, 'to_id', first.id,
            'rule', CASE WHEN step.place = 2 THEN 'turn' ELSE 'former_owner' END)
        WHEN 'handed_over' THEN jsonb_build_object(
            'to', owner.name, 'to_id', owner.id, 'from_id', first.id, 'rule', 'by_hand')
        WHEN 'picked_up' THEN jsonb_build_object('from', 'open', 'to', 'engaged')
        WHEN 'next_steps' THEN jsonb_build_object('on', made.next_steps_on)
        WHEN 'deferred' THEN jsonb_build_object(
            'from', 'open', 'until', coalesce(made.deferred_until, (made.queued_at + interval '12 hours')::date))
        WHEN 'overdue' THEN jsonb_build_object('clock', CASE step.place WHEN 3 THEN 'pick_up' ELSE 'limit' END)
        WHEN 'logged' THEN jsonb_build_object('kind', (ARRAY['email', 'call', 'meeting'])[1 + made.id %% 3], 'inbound', false)
        WHEN 'closed' THEN jsonb_build_object(
            'from', 'engaged', 'to', made.status, 'resolution_action', made.resolution_action)
        WHEN 'woke' THEN '{}' ELSE jsonb_build_object('question', question.id) END,
    CASE step.verb WHEN 'asked' THEN question.text WHEN 'answered' THEN 'By tomorrow.'
        WHEN 'handed_over' THEN 'Knows the account' WHEN 'logged' THEN 'About the quote' ELSE '' END
FROM cases_case AS made JOIN accounts_person AS owner ON owner.id = made.owner_id
JOIN accounts_person AS first ON first.id =
    CASE WHEN made.assigned_at > made.picked_up_at THEN pg_temp.colleague(made.owner_id) ELSE made.owner_id END
LEFT JOIN cases_question AS question ON question.case_id = made.id
CROSS JOIN LATERAL (SELECT made.closed_at IS NOT NULL AND made.put_off AS is_back, pg_temp.lot(made.id) %% 3 AS touches,
    (coalesce(made.closed_at, %(now)s) - made.picked_up_at) / 3 AS between_touches) AS told
CROSS JOIN LATERAL (VALUES
    (1, made.opened_at, CASE WHEN made.department = '' THEN 'trigger' ELSE 'person' END, made.filed_by_id, 'opened'),
    (2, made.opened_at, 'routing', NULL, 'assigned'),
    (3, made.pick_up_missed_at, 'clock', NULL, 'overdue'),
    (4, CASE WHEN told.is_back THEN (made.clock_spans -> 0 ->> 'to')::timestamptz
        WHEN made.deferred_until IS NULL THEN made.picked_up_at END, 'person', first.id, 'picked_up'),
    (5, CASE WHEN made.department <> '' AND made.deferred_until IS NULL THEN made.picked_up_at END, 'person', first.id, 'next_steps'),
    (6, CASE WHEN told.is_back THEN (made.clock_spans -> 0 ->> 'to')::timestamptz + interval '2 hours'
        WHEN made.deferred_until IS NOT NULL THEN made.picked_up_at END, 'person', owner.id, 'deferred'),
    (7, CASE WHEN told.is_back THEN made.queued_at END, 'clock', NULL, 'woke'),
    (8, CASE WHEN told.is_back THEN made.assigned_at END, 'routing', NULL, 'assigned'),
    (9, CASE WHEN told.is_back THEN made.picked_up_at END, 'person', owner.id, 'picked_up'),
    (10, CASE WHEN made.assigned_at > made.picked_up_at THEN made.assigned_at END, 'person', first.id, 'handed_over'),
    (11, CASE WHEN told.touches > 0 AND made.deferred_until IS NULL THEN made.picked_up_at + told.between_touches END,
        'person', owner.id, 'logged'),
    (12, CASE WHEN told.touches > 1 AND made.deferred_until IS NULL THEN made.picked_up_at + told.between_touches * 2 END,
        'person', owner.id, 'logged'),
    (13, question.asked_at, 'person', question.by_id, 'asked'),
    (14, question.answered_at, 'person', question.answered_by_id, 'answered'),
    (15, made.limit_passed_at, 'clock', NULL, 'overdue'),
    (16, made.closed_at, 'person', owner.id, 'closed')
) AS step (place, at, actor, person_id, verb)
WHERE made.id >= %(first_case)s AND step.at IS NOT NULL
    AND made.opened_at >= %(now)s - CASE WHEN made.department = '' THEN %(recent)s ELSE %(looked_back)s END
ORDER BY made.id, step.at, step.place
