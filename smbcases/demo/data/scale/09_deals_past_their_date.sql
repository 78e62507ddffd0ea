INSERT INTO accounts_opportunity (
    id, external_id, as_of, account_id, name, kind, stage, amount, currency, close_on, plan, users, term_months,
    po_required, has_duo, is_eoa, auto_renew, will_fail, payment_failed, via_partner, risk)
SELECT %(first_deal)s + %(cases)s + n, 'S-' || (%(first_deal)s + %(cases)s + n), %(now)s, %(first_account)s + n,
    'Add-On ' || (%(first_account)s + n), 'add_on', '4_proposal', 2000 + n %% 300 * 100, 'USD',
    %(now)s::date - 3 - n %% 60, 'premium', 5 + n %% 60, 12, false, false, false, true, false, false, false, 'medium'
FROM generate_series(0, %(accounts)s - 1, 97) AS n
