INSERT INTO cases_filing (case_id, key, person_id, at, billing)
SELECT id, md5(occurrence)::uuid, filed_by_id, opened_at, '{}' FROM cases_case
WHERE id >= %(first_case)s AND department <> ''
