INSERT INTO cases_history (case_id, version, at, actor, person_id, verb, data, text)
SELECT made.id, step.version, step.at, step.actor, step.person_id, step.verb, step.data, ''
FROM cases_case AS made JOIN accounts_person AS owner ON owner.id = made.owner_id
CROSS JOIN LATERAL (VALUES
    (1, made.opened_at, 'trigger', NULL, 'opened', jsonb_build_object('trigger', made.case_type, 'version', 1)),
    (2, made.assigned_at, 'routing', NULL, 'assigned', jsonb_build_object('to', owner.name, 'to_id', owner.id, 'rule', 'turn')),
    (3, made.picked_up_at, 'person', owner.id, CASE WHEN made.deferred_until IS NULL THEN 'picked_up' ELSE 'deferred' END,
        jsonb_build_object('from', 'open', 'to', CASE WHEN made.closed_at IS NULL THEN made.status ELSE 'engaged' END,
            'until', made.deferred_until)),
    (4, made.closed_at, 'person', owner.id, 'closed',
        jsonb_build_object('from', 'engaged', 'to', made.status, 'resolution_action', made.resolution_action))
) AS step (version, at, actor, person_id, verb, data)
WHERE made.id >= %(first_case)s AND made.opened_at >= %(now)s - %(recent)s AND step.at IS NOT NULL
ORDER BY made.id, step.version
