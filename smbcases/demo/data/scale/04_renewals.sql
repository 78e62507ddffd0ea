INSERT INTO accounts_opportunity (
    id, external_id, as_of, account_id, name, kind, stage, amount, currency, close_on, plan, users, term_months,
    po_required, has_duo, is_eoa, auto_renew, will_fail, payment_failed, via_partner, risk)
SELECT %(first_opportunity)s + n, 'S-' || (%(first_opportunity)s + n), %(now)s, %(first_account)s + n,
    'Renewal ' || (%(first_account)s + n), 'renewal', '0_pending', 500 + n %% 290 * 52, 'USD',
    %(now)s::date + 105 + n %% 230, 'premium', 5 + n %% 60, 12,
    false, false, false, true, false, false, false, ''
FROM generate_series(0, %(accounts)s - 1) AS n
