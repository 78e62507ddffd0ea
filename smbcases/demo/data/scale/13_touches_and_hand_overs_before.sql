-- What dashboards count of older cases; what came before it is three rows that are not there.
INSERT INTO cases_history (case_id, version, at, actor, person_id, verb, data, text)
SELECT made.id, 3 + row_number() OVER (PARTITION BY made.id ORDER BY step.at), step.at, 'person', step.person_id, step.verb,
    CASE step.verb WHEN 'logged'
        THEN jsonb_build_object('kind', (ARRAY['email', 'call', 'meeting'])[1 + made.id %% 3], 'inbound', false)
        ELSE jsonb_build_object('to', owner.name, 'to_id', owner.id, 'from_id', step.person_id, 'rule', 'by_hand') END, ''
FROM cases_case AS made JOIN accounts_person AS owner ON owner.id = made.owner_id
CROSS JOIN LATERAL (VALUES
    (CASE WHEN pg_temp.lot(made.id) %% 3 > 0 THEN made.picked_up_at + (made.closed_at - made.picked_up_at) / 3 END,
        owner.id, 'logged'),
    (CASE WHEN pg_temp.lot(made.id) %% 3 > 1 THEN made.picked_up_at + (made.closed_at - made.picked_up_at) / 3 * 2 END,
        owner.id, 'logged'),
    (CASE WHEN made.assigned_at > made.picked_up_at THEN made.assigned_at END,
        pg_temp.colleague(owner.id), 'handed_over')
) AS step (at, person_id, verb)
WHERE made.id >= %(first_case)s AND step.at IS NOT NULL AND made.department = ''
    AND made.opened_at >= %(now)s - %(looked_back)s AND made.opened_at < %(now)s - %(recent)s
ORDER BY made.id, step.at
