-- Queries of the ledger.
--
-- The row of ``on_offer`` is the door of its SKU: whoever moves goods of a SKU has locked it
-- (lock_on_offer) before. Doors are locked in the order of the SKUs' ids, and so nobody who
-- moves goods ever waits for somebody who waits for him.

-- open_accounts
-- The accounts of many SKUs, all empty; those that are open stay as they are.
insert into stock_balance (sku_id, account)
select sku.id, account.name
from unnest(:sku_ids::bigint[]) as sku (id)
cross join unnest(:accounts::text[]) as account (name)
order by sku.id, account.name
on conflict (sku_id, account) do nothing;

-- lock_on_offer
-- What is on offer of each SKU, locked until the end of the transaction.
select sku_id, quantity from stock_balance
where account = 'on_offer' and sku_id = any (:sku_ids::bigint[])
order by sku_id for no key update;

-- transfer
-- Goods of many SKUs move from one account to another. The table refuses overselling.
with goods as (
    select * from unnest(:sku_ids::bigint[], :quantities::bigint[], :causes::text[])
                  as goods (sku_id, quantity, cause)
), written as (
    insert into stock_transfer (sku_id, debit, credit, quantity, cause)
    select sku_id, :debit, :credit, quantity, cause from goods
)
update stock_balance as balance
set quantity = balance.quantity
             + case balance.account when :debit then goods.quantity else -goods.quantity end
from goods
where balance.sku_id = goods.sku_id and balance.account in (:debit, :credit);

-- balances
-- What every account of these SKUs holds.
select sku_id, account, quantity from stock_balance
where sku_id = any (:sku_ids::bigint[])
order by sku_id, account;

-- shelves
-- What lies where of these SKUs, in the order in which stock is drawn.
select balance.sku_id, balance.account, balance.quantity
from stock_balance as balance
join stock_place as place on balance.account = 'on_hand@' || place.code
where balance.sku_id = any (:sku_ids::bigint[]) and balance.quantity > 0
order by balance.sku_id, place.position, place.id;

-- moved_for
-- What was drawn from each account for these causes, less what was given back to it.
select sku_id, account, sum(quantity)::bigint from (
    select sku_id, credit as account, quantity from stock_transfer
    where sku_id = any (:sku_ids::bigint[]) and debit = 'on_offer'
          and cause = any (:causes::text[])
    union all
    select sku_id, debit, -quantity from stock_transfer
    where sku_id = any (:sku_ids::bigint[]) and credit = 'on_offer'
          and cause = any (:causes::text[])
) as side
group by sku_id, account
having sum(quantity) > 0;

-- audit
-- Accounts that hold something else than what was moved into them, less what was moved out.
with moved as (
    select sku_id, account, sum(quantity)::bigint as quantity from (
        select sku_id, debit as account, quantity from stock_transfer
        union all
        select sku_id, credit, -quantity from stock_transfer
    ) as side
    group by sku_id, account
)
select sku_id, account, coalesce(balance.quantity, 0), coalesce(moved.quantity, 0)
from stock_balance as balance full join moved using (sku_id, account)
where coalesce(balance.quantity, 0) <> coalesce(moved.quantity, 0)
order by sku_id, account;

-- sums
-- SKUs whose accounts do not sum to nought: pieces that came from nowhere or went there.
select sku_id, sum(quantity)::bigint from stock_balance
group by sku_id having sum(quantity) <> 0 order by sku_id;
