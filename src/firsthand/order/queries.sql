-- Queries of the order floor.
--
-- Locks are taken in this order and no other: orders by id, then the doors of their SKUs by id
-- (stock: lock_on_offer), then feeds by name. A press has no order yet, so its batch begins
-- with the doors; whoever passed a door may read and change the offers and rungs behind it.

-- go_by_index
-- Plans that are made in this transaction go by index, and so do the checks at its end.
select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
       set_config('enable_mergejoin', 'off', true);

-- answered
-- Presses of this batch that were held earlier: looked up one by one, never the other way round.
select press.person_id, press.key, held.*
from unnest(:person_ids::bigint[], :keys::uuid[]) as press (person_id, key)
cross join lateral (
    select number, ship_by, rung_source, hold_until, offer_id, quantity from order_order
    where person_id = press.person_id and key = press.key
    offset 0
) as held;

-- bought
-- What these people have of these offers already, and have not given back; and (offer 0: any other)
-- what they hold unpaid, or let go unpaid since an instant.
select person_id, case when offer_id = any (:offer_ids::bigint[]) then offer_id else 0 end as of,
       coalesce(sum(quantity) filter (
           where state not in ('expired', 'cancelled', 'refunded')), 0)::bigint,
       count(*) filter (where state = 'held'),
       min(hold_until) filter (where state = 'held'),
       count(*) filter (where state in ('expired', 'cancelled') and paid_at is null
                          and ended_at > :since),
       min(ended_at) filter (where state in ('expired', 'cancelled') and paid_at is null
                               and ended_at > :since)
from order_order
where person_id = any (:person_ids::bigint[])
  and (state = 'held'
       or (offer_id = any (:offer_ids::bigint[])
           and state not in ('expired', 'cancelled', 'refunded'))
       or (state in ('expired', 'cancelled') and paid_at is null and ended_at > :since))
group by person_id, of;

-- write
-- The orders of one batch, each with its first step.
with written as (
    insert into order_order
        (number, person_id, key, show_id, offer_id, sku_id, quantity, price_id, unit_fen,
         ship_by, rung_source, address_id, state, placed_at, hold_until)
    select number, person_id, key, show_id, offer_id, sku_id, quantity, price_id, unit_fen,
           ship_by, rung_source, address_id, 'held', :now::timestamptz,
           :now::timestamptz + held_us * interval '1 microsecond'
    from unnest(:numbers::text[], :person_ids::bigint[], :keys::uuid[], :show_ids::bigint[],
                :offer_ids::bigint[], :sku_ids::bigint[], :quantities::integer[],
                :price_ids::bigint[], :prices_fen::bigint[], :days::date[], :sources::text[],
                :address_ids::bigint[], :held_us::bigint[])
         as press (number, person_id, key, show_id, offer_id, sku_id, quantity, price_id,
                   unit_fen, ship_by, rung_source, address_id, held_us)
    returning id
)
insert into order_orderstep (order_id, state, note, at)
select id, 'held', '', :now::timestamptz from written;

-- lock_overdue
-- Holds that nobody paid in time, locked; what somebody else is busy with is left for later.
select id, number, show_id, offer_id, sku_id, quantity, ship_by, rung_source
from order_order
where state in ('held', 'deposited') and hold_until <= :now
order by hold_until, id limit :at_most
for no key update skip locked;

-- step
-- Orders take a step, and note when.
with moved as (
    update order_order set
        state = :state,
        ready_at = case when :state = 'ready' then :now::timestamptz else ready_at end,
        ended_at = case when :state in ('expired', 'cancelled', 'refunded')
                        then :now::timestamptz else ended_at end
    where id = any (:order_ids::bigint[])
    returning id
)
insert into order_orderstep (order_id, state, note, at)
select id, :state, :note, :now::timestamptz from moved order by id;

-- skus_waiting
-- SKUs of which paid orders wait for their pieces, the promises that fall due first before others.
select sku_id from order_order where state in ('paid', 'making')
group by sku_id order by min(ship_by), sku_id limit :at_most;

-- lock_waiting
-- Paid orders that wait for their pieces, locked.
select id, sku_id, ship_by, quantity, state, rung_source from order_order
where sku_id = any (:sku_ids::bigint[]) and state in ('paid', 'making')
order by id for no key update;

-- ready
-- Pieces of these SKUs that are packed and have not shipped.
select sku_id, sum(quantity)::bigint from order_order
where sku_id = any (:sku_ids::bigint[]) and state = 'ready'
  and state in ('paid', 'making', 'ready')
group by sku_id;

-- held_of
-- Orders of these SKUs that are held and not paid yet.
select sku_id, ship_by, id, quantity from order_order
where state = 'held' and sku_id = any (:sku_ids::bigint[]);

-- books_off
-- SKUs whose orders and ledger disagree: pieces held, sold (paid, not shipped) or shipped.
with ordered as (
    select sku_id,
           case when state in ('paid', 'making', 'ready') then 'sold'
                when state = 'held' then 'held' else 'shipped' end as account,
           sum(quantity)::bigint as quantity
    from order_order
    where state in ('held', 'paid', 'making', 'ready', 'shipped', 'delivered')
       or (state = 'refunded' and shipped_at is not null)
    group by 1, 2
)
select sku_id, account, coalesce(balance.quantity, 0), coalesce(ordered.quantity, 0)
from (select sku_id, account, quantity from stock_balance
      where account in ('held', 'sold', 'shipped')) as balance
full join ordered using (sku_id, account)
where coalesce(balance.quantity, 0) <> coalesce(ordered.quantity, 0)
order by sku_id, account;
