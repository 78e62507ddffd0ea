-- Each in turn at first; then by hand, or back from a later date.
INSERT INTO routing_assignment (
    case_id, person_id, at, rule, position, turn, load_before, places, over_capacity, language, by_id, reason)
SELECT made.id, given.person_id, given.at, given.rule, 0,
    CASE WHEN given.rule = 'turn' THEN made.id - %(first_case)s + 1 END,
    CASE WHEN given.is_over THEN %(places)s ELSE %(places)s - 20 + made.id %% 20 END, %(places)s, given.is_over, made.language,
    given.by_id, CASE given.rule WHEN 'by_hand' THEN 'Knows the account' ELSE '' END
FROM cases_case AS made JOIN accounts_person AS owner ON owner.id = made.owner_id
CROSS JOIN LATERAL (VALUES
    ('turn', made.opened_at, CASE WHEN made.assigned_at > made.picked_up_at THEN pg_temp.colleague(made.owner_id)
        ELSE made.owner_id END, NULL, false),
    ('by_hand', CASE WHEN made.assigned_at > made.picked_up_at THEN made.assigned_at END, made.owner_id,
        owner.manager_id, pg_temp.lot(made.id) = 45),
    ('former_owner', CASE WHEN made.closed_at IS NOT NULL AND made.put_off THEN made.assigned_at END, made.owner_id, NULL, false)
) AS given (rule, at, person_id, by_id, is_over)
WHERE made.id >= %(first_case)s AND made.opened_at >= %(now)s - %(looked_back)s AND given.at IS NOT NULL
ORDER BY made.id, given.at
