INSERT INTO routing_assignment (
    case_id, person_id, at, rule, position, load_before, places, over_capacity, language, reason)
SELECT id, owner_id, assigned_at, 'turn', 0, 0, %(places)s, false, '', ''
FROM cases_case WHERE id >= %(first_case)s AND opened_at >= %(now)s - %(recent)s ORDER BY id
