INSERT INTO accounts_opportunity (
    id, external_id, as_of, account_id, name, kind, stage, amount, currency, close_on, plan, users, term_months,
    po_required, has_duo, is_eoa, auto_renew, will_fail, payment_failed, via_partner, risk, lost_reason, closed_by_id)
SELECT made.opportunity_id, 'S-' || made.opportunity_id, made.closed_at, made.account_id, 'Growth ' || made.opportunity_id,
    (ARRAY['growth', 'add_on', 'qsr'])[1 + made.id %% 3],
    CASE WHEN pg_temp.lot(made.id) %% 20 = 7 THEN 'closed_won' ELSE 'closed_lost' END,
    (500 + made.id %% 97 * 100) * CASE WHEN made.id %% 13 = 0 THEN 5 ELSE 1 END,
    (ARRAY['USD', 'EUR', 'AUD'])[1 + (made.account_id - %(first_account)s) %% 3], made.closed_at::date,
    'premium', 5 + made.id %% 60, 12, false, false, false, true, false, false, false, '',
    CASE WHEN pg_temp.lot(made.id) %% 20 = 7 THEN '' ELSE 'They stay with what they have' END, made.owner_id
FROM cases_case AS made WHERE made.id >= %(first_case)s AND made.opportunity_id >= %(first_deal)s
