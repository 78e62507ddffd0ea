INSERT INTO accounts_activity (
    as_of, account_id, contact_id, opportunity_id, person_id, kind, inbound, subject, happened_at)
SELECT told.at, made.account_id, made.contact_id, made.opportunity_id, told.person_id, told.data ->> 'kind', false, told.text, told.at
FROM cases_history AS told JOIN cases_case AS made ON made.id = told.case_id
WHERE told.verb = 'logged' AND told.at >= %(now)s - %(recent)s AND made.id >= %(first_case)s
ORDER BY told.at
