-- Queries of the ladder.
--
-- Whoever reads rungs to change them has locked the door of their SKU before: its row
-- on_offer in the stock (stock.store.lock_on_offer).

-- ladders
-- The rungs with room on them, from a day on, earliest first; of one day, stock before plan.
select sku_id, ship_by, source, quantity - taken from promise_rung
where sku_id = any (:sku_ids::bigint[]) and taken < quantity and ship_by >= :today
order by sku_id, ship_by, source desc;

-- free
-- How many pieces each SKU can still promise, from a day on.
select sku_id, sum(quantity - taken)::bigint from promise_rung
where sku_id = any (:sku_ids::bigint[]) and taken < quantity and ship_by >= :today
group by sku_id;

-- take
-- Pieces are taken from rungs. The table refuses more than there is.
update promise_rung as rung set taken = rung.taken + goods.quantity
from unnest(:sku_ids::bigint[], :days::date[], :sources::text[], :quantities::bigint[])
     as goods (sku_id, ship_by, source, quantity)
where (rung.sku_id, rung.ship_by, rung.source) = (goods.sku_id, goods.ship_by, goods.source);

-- not_firm_behind
-- The work orders behind rungs of the plan that may still be called off.
select work.id
from unnest(:sku_ids::bigint[], :days::date[]) as rung (sku_id, ship_by)
join promise_backing as backing using (sku_id, ship_by)
join factory_workorder as work on work.id = backing.work_order_id
where work.state = 'planned';

-- give_back
-- Pieces are free again. Those that were at risk are not: nothing stood behind their day.
update promise_rung as rung
set taken = rung.taken - goods.quantity,
    quantity = rung.quantity - least(rung.at_risk, goods.quantity),
    at_risk = rung.at_risk - least(rung.at_risk, goods.quantity)
from unnest(:sku_ids::bigint[], :days::date[], :sources::text[], :quantities::bigint[])
     as goods (sku_id, ship_by, source, quantity)
where (rung.sku_id, rung.ship_by, rung.source) = (goods.sku_id, goods.ship_by, goods.source);

-- at_risk
-- Those of these rungs of which the plan does not reach some pieces.
select rung.sku_id, rung.ship_by, rung.source from promise_rung as rung
join unnest(:sku_ids::bigint[], :days::date[], :sources::text[])
     as asked (sku_id, ship_by, source) using (sku_id, ship_by, source)
where rung.at_risk > 0;

-- keep
-- Promised pieces have shipped.
update promise_rung as rung
set kept = rung.kept + goods.quantity,
    at_risk = least(rung.at_risk, rung.taken - rung.kept - goods.quantity)
from unnest(:sku_ids::bigint[], :days::date[], :sources::text[], :quantities::bigint[])
     as goods (sku_id, ship_by, source, quantity)
where (rung.sku_id, rung.ship_by, rung.source) = (goods.sku_id, goods.ship_by, goods.source);

-- skus
-- All SKUs that can have a ladder: goods of them were moved, or the factory makes them.
select sku_id from stock_balance where account = 'on_offer'
union
select sku_id from factory_part where sku_id is not null
order by sku_id;

-- newly_promised
-- SKUs with lots behind rungs from which something is promised, of which the factory does not
-- know yet by when they must be done.
select distinct rung.sku_id
from promise_rung as rung
join promise_backing as backing on backing.sku_id = rung.sku_id and backing.ship_by = rung.ship_by
join factory_workorder as work on work.id = backing.work_order_id
where rung.source = 'plan' and rung.taken > rung.kept and work.promised_due_at is null
order by rung.sku_id;

-- without_door
-- SKUs whose accounts are not open yet.
select sku.id from unnest(:sku_ids::bigint[]) as sku (id)
where not exists (
    select from stock_balance where sku_id = sku.id and account = 'on_offer'
) and exists (select from catalogue_sku where id = sku.id);

-- goods
-- By SKU: the pieces that exist and have not left the house, and those held or sold.
select sku_id,
       coalesce(sum(quantity) filter (
           where account in ('on_offer', 'held', 'sold', 'planned')
                 or starts_with(account, 'on_hand@')), 0)::bigint,
       coalesce(sum(quantity) filter (where account in ('held', 'sold')), 0)::bigint
from stock_balance where sku_id = any (:sku_ids::bigint[])
group by sku_id;

-- rungs
-- The rungs of these SKUs, but those of which nothing is free and all is kept.
select sku_id, ship_by, source, quantity, taken, kept, at_risk from promise_rung
where sku_id = any (:sku_ids::bigint[]) and kept < quantity
order by sku_id, ship_by, source;

-- change_rungs
-- What a new ladder says of rungs: room for what is taken, and for what is free besides.
update promise_rung as rung set quantity = rung.taken + new.free, at_risk = new.at_risk
from unnest(:sku_ids::bigint[], :days::date[], :sources::text[], :free::bigint[],
            :at_risk::bigint[])
     as new (sku_id, ship_by, source, free, at_risk)
where (rung.sku_id, rung.ship_by, rung.source) = (new.sku_id, new.ship_by, new.source);

-- add_rungs
-- The rungs that a new ladder has more than the old one.
insert into promise_rung (sku_id, ship_by, source, quantity)
select * from unnest(:sku_ids::bigint[], :days::date[], :sources::text[], :free::bigint[])
              as new (sku_id, ship_by, source, free)
where free > 0
on conflict (sku_id, ship_by, source) do nothing;

-- drop_empty
-- Rungs that offer nothing and hold nothing.
delete from promise_rung
where sku_id = any (:sku_ids::bigint[]) and quantity = 0 and taken = 0;

-- forget_backing
-- Which work orders stood behind the rungs of these SKUs.
delete from promise_backing
where sku_id = any (:sku_ids::bigint[])
      and not (work_order_id = any (:work_order_ids::bigint[]));

-- write_backing
-- Which work orders stand behind the rungs of the plan. Unchanged rows are not written again.
insert into promise_backing as backing (work_order_id, sku_id, ship_by)
select * from unnest(:work_order_ids::bigint[], :sku_ids::bigint[], :days::date[])
on conflict (work_order_id) do update set ship_by = excluded.ship_by
where backing.ship_by <> excluded.ship_by;

-- backing
-- The work orders that stand behind a rung of the plan.
select work_order_id from promise_backing
where sku_id = :sku_id and ship_by = :ship_by order by work_order_id;
