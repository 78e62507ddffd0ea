INSERT INTO routing_evaluation (trigger_id, version, account_id, opportunity_id, case_id, verdict, occurrence, values, at)
SELECT asked.id, made.trigger_version, made.account_id, made.opportunity_id,
    CASE WHEN look.verdict IN ('already_open', 'same_occurrence') THEN made.id END, look.verdict, made.occurrence,
    jsonb_build_object('seats', 5 + made.id %% 60), made.opened_at + interval '3 hours'
FROM cases_case AS made
JOIN routing_trigger AS asked ON asked.playbook = made.playbook AND asked.key = made.case_type
CROSS JOIN LATERAL (SELECT (%(held_back)s)[1 + made.id / 5 %% cardinality(%(held_back)s)] AS verdict) AS look
WHERE made.id >= %(first_case)s AND made.origin = 'trigger' AND pg_temp.lot(made.id) %% 5 = 2
    AND made.opened_at BETWEEN %(now)s - %(looked_back)s AND %(now)s - interval '3 hours'
ORDER BY made.opened_at
