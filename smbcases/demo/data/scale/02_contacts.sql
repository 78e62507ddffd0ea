INSERT INTO accounts_contact (id, external_id, as_of, account_id, name, email, phone, title, language)
SELECT %(first_contact)s + n, 'S-' || (%(first_contact)s + n), %(now)s, %(first_account)s + n,
    (ARRAY['Abigail', 'Brian', 'Chloe', 'Daniel', 'Emma', 'Gareth', 'Helen'])[1 + n %% 7]
        || (ARRAY[' Abbott', ' Brewer', ' Carver', ' Dawson', ' Ellis'])[1 + n / 7 %% 5],
    'contact' || n || '@account' || (%(first_account)s + n) || '.example', '', 'IT Manager',
    CASE WHEN n %% 20 = 7 THEN (%(languages)s)[1 + n %% 3] ELSE 'en' END
FROM generate_series(0, %(accounts)s - 1) AS n
