INSERT INTO accounts_account (
    id, external_id, as_of, name, domain, region, country, language, billing_street, billing_city, billing_postal_code,
    billing_country, employees, carr, currency, lam, pte, ptc, gitlab_admin_awaited, segment, tier, owner_id,
    gitlab_admin_id)
SELECT %(first_account)s + n, 'S-' || (%(first_account)s + n), %(now)s,
    (ARRAY['Alder', 'Birch', 'Cedar', 'Driftwood', 'Elm', 'Foxglove', 'Granite', 'Harbor'])[1 + n %% 8]
        || (ARRAY[' Analytics ', ' Energy ', ' Labs ', ' Logistics ', ' Media ', ' Software ', ' Systems '])[1 + n / 8 %% 7]
        || (%(first_account)s + n),
    'account' || (%(first_account)s + n) || '.example', (%(regions)s)[1 + n %% 3], (ARRAY['US', 'DE', 'AU'])[1 + n %% 3],
    CASE WHEN n %% 20 = 7 THEN (%(languages)s)[1 + n %% 3] ELSE '' END, '1 High St', 'Springfield', '12345',
    (ARRAY['US', 'DE', 'AU'])[1 + n %% 3],
    5 + n %% 90, 500 + n %% 290 * 100, 'USD', 2 + n %% 45, 1 + n %% 4, 1 + n / 4 %% 4, '', 'smb',
    CASE WHEN 500 + n %% 290 * 100 > 7000 THEN 1 WHEN 500 + n %% 290 * 100 > 1000 THEN 2 ELSE 3 END,
    (SELECT id FROM accounts_person WHERE role = 'sales_user' AND region = (%(regions)s)[1 + n %% 3]),
    %(first_contact)s + n
FROM generate_series(0, %(accounts)s - 1) AS n
