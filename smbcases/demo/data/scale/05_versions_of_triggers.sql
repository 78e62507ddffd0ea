-- Every third trigger was edited twice, every third once.
UPDATE routing_triggerversion SET at = %(now)s - %(years)s - interval '60 days' WHERE number = 1;
UPDATE routing_trigger SET version = 1 + position %% 3 WHERE playbook = %(playbook)s AND version = 1;
INSERT INTO routing_triggerversion (trigger_id, number, definition, at)
SELECT first.trigger_id, newer, first.definition, %(now)s - (%(edited)s)[newer - 1]
FROM routing_triggerversion AS first JOIN routing_trigger AS held ON held.id = first.trigger_id
CROSS JOIN LATERAL generate_series(2, held.version) AS newer
WHERE first.number = 1 AND held.playbook = %(playbook)s
ON CONFLICT DO NOTHING
