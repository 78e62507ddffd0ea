INSERT INTO accounts_subscription (
    external_id, as_of, account_id, plan, seats, seats_used, starts_on, renews_on, term_months, auto_renew, qsr_enabled,
    has_duo, is_eoa, po_required)
SELECT 'S-' || (%(first_account)s + n), %(now)s, %(first_account)s + n, 'premium', 5 + n %% 60, 4 + n %% 60,
    %(now)s::date - 260 + n %% 230, %(now)s::date + 105 + n %% 230, 12, true, true, false, false, false
FROM generate_series(0, %(accounts)s - 1) AS n
