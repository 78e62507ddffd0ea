UPDATE routing_member AS member SET last_turn = had.turn, last_turn_at = had.at
FROM (SELECT person_id, max(turn) AS turn, max(at) AS at FROM routing_assignment WHERE turn IS NOT NULL GROUP BY person_id) AS had
WHERE had.person_id = member.person_id AND had.turn > member.last_turn
    AND member.pool_id IN (SELECT id FROM routing_pool WHERE playbook = %(playbook)s);
UPDATE routing_pool AS pool SET turn = had.turn
FROM (SELECT pool_id, max(last_turn) AS turn FROM routing_member GROUP BY pool_id) AS had
WHERE had.pool_id = pool.id AND had.turn > pool.turn
