-- Three weeks or so a year, and the next ones.
INSERT INTO routing_timeoff (person_id, starts_on, ends_on, note)
SELECT person.id, away.starts_on, away.starts_on + 4 + (person.id %% 5)::int, ''
FROM accounts_person AS person
CROSS JOIN generate_series(0, 10) AS span
CROSS JOIN LATERAL (SELECT (%(now)s - %(years)s)::date + span * 120 + (person.id * 37 %% 90)::int AS starts_on) AS away
WHERE person.id BETWEEN %(first_person)s AND %(first_person)s + %(advocates)s - 1
ORDER BY person.id, span
