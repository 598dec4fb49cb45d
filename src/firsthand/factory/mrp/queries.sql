-- Queries of the material requirements.
--
-- Whoever calculates and writes has locked the plants (hold_planning); before an order of a
-- product is changed, the door of its SKU is locked, since something may be promised from it.

-- parts
-- Every part, with how it is ordered.
select part.id, part.code, part.kind = 'bought', part.kind = 'made' and part.is_stocked,
       part.sku_id, part.on_hand, part.lead_time_days, part.lot_rule, part.lot_size,
       part.order_minimum, part.order_multiple, part.period_days, part.safety_stock, part.supplier
from factory_part as part order by part.id;

-- lines
-- What goes into what.
select parent_id, component_id, quantity, scrap_bp from factory_bomline order by id;

-- alternates
-- What may go in instead, best first.
select line.parent_id, line.component_id, other.component_id
from factory_bomalternate as other join factory_bomline as line on line.id = other.line_id
order by line.parent_id, line.component_id, other.priority, other.id;

-- work
-- How many days of its centres' shifts a part takes to be set up, and each piece of it to run.
with open as (
    select centre.id,
           coalesce(
               (select 60.0 * sum(shift.minutes) / 7 from factory_calendarshift as shift
                where shift.calendar_id = centre.calendar_id),
               60.0 * centre.shift_minutes * case when centre.works_on_weekends then 7 else 5 end / 7
           )::float8 as seconds_a_day
    from factory_workcentre as centre
)
select step.part_id, sum(60.0 * step.setup_minutes / greatest(seconds_a_day, 1))::float8,
       sum(step.run_seconds / greatest(seconds_a_day, 1))::float8
from factory_operation as step join open on open.id = step.work_centre_id
group by step.part_id;

-- work_orders
-- What is still to be made: less what is spoilt already, and when the plan has it.
with planned as (
    select planned.work_order_id, min(planned.starts_at) as starts_at,
           max(planned.ends_at) as ends_at
    from factory_plan as plan join factory_plannedoperation as planned on planned.plan_id = plan.id
    where plan.in_force group by planned.work_order_id
), reported as (
    select progress.work_order_id,
           coalesce(sum(progress.scrapped) filter (where step.part_id = work.part_id), 0) as scrapped
    from factory_progress as progress
    join factory_operation as step on step.id = progress.operation_id
    join factory_workorder as work on work.id = progress.work_order_id
    group by progress.work_order_id
)
select work.id, work.part_id,
       least(work.quantity - coalesce(reported.scrapped, 0),
             coalesce(work.good_quantity, work.quantity))::bigint, work.quantity,
       case work.state when 'planned' then work.due_at
                       else coalesce(work.promised_due_at, work.due_at) end, planned.starts_at, planned.ends_at,
       work.state = 'released' or reported.work_order_id is not null
           or coalesce(planned.starts_at <= :now, false),
       work.state = 'planned' and work.origin in ('mrp', 'base_stock')
from factory_workorder as work
left join planned on planned.work_order_id = work.id
left join reported on reported.work_order_id = work.id
where work.state in ('planned', 'firm', 'released')
order by work.id;

-- purchases
-- What is to come from suppliers.
select id, part_id, quantity - received, order_at, due_at, state = 'planned'
from factory_purchaseorder
where state in ('planned', 'firm', 'ordered') and received < quantity
order by id;

-- products
-- How SKUs stand: pieces that exist and have not left, those that are owed, those taken lately.
with there as (
    select sku_id,
           sum(quantity) filter (
               where account in ('on_offer', 'held', 'sold', 'planned')
                     or starts_with(account, 'on_hand@'))::bigint as pieces,
           sum(quantity) filter (where account in ('held', 'sold'))::bigint as owed
    from stock_balance group by sku_id
), sold as (
    select sku_id, sum(case debit when 'held' then quantity else -quantity end)::bigint as pieces
    from stock_transfer
    where moved_at >= :since
          and ((debit = 'held' and credit = 'on_offer')
               or (debit = 'on_offer' and credit in ('held', 'sold')))
    group by sku_id
)
select part.id, part.sku_id, greatest(coalesce(there.pieces, 0), 0), coalesce(there.owed, 0),
       greatest(coalesce(sold.pieces, 0), 0), sku.is_active
from factory_part as part
join catalogue_sku as sku on sku.id = part.sku_id
left join there on there.sku_id = part.sku_id
left join sold on sold.sku_id = part.sku_id
order by part.id;

-- forecasts
-- What is expected to be asked for, after a day.
select sku_id, day, pieces from factory_forecast
where day > :today and day <= :until order by sku_id, day;

-- doors_of
-- The SKUs of work orders.
select distinct part.sku_id from factory_workorder as work
join factory_part as part on part.id = work.part_id
where work.id = any (:ids::bigint[]) and part.sku_id is not null order by part.sku_id;

-- still_planned
-- Those of these work orders that are nobody's yet, locked. Their doors are locked before.
select id from factory_workorder
where id = any (:ids::bigint[]) and state = 'planned' order by id for no key update;

-- change_work_orders
-- Proposals are as the new calculation has them.
update factory_workorder as work set quantity = new.quantity, due_at = new.due_at
from unnest(:ids::bigint[], :quantities::integer[], :dues::timestamptz[])
     as new (id, quantity, due_at)
where work.id = new.id;

-- open_work_orders
-- New proposals; their numbers follow from their ids.
insert into factory_workorder
       (id, number, part_id, quantity, state, origin, release_at, due_at)
select lot.id, 'W' || lpad(lot.id::text, 6, '0'), lot.part_id, lot.quantity, 'planned', 'mrp',
       :now, lot.due_at
from (
    select nextval(pg_get_serial_sequence('factory_workorder', 'id')) as id, asked.*
    from unnest(:part_ids::bigint[], :quantities::integer[], :dues::timestamptz[])
         with ordinality as asked (part_id, quantity, due_at, place)
    order by asked.place
) as lot
returning id;

-- change_purchases
-- Proposals to buy are as the new calculation has them.
update factory_purchaseorder as bought
set quantity = new.quantity, order_at = new.order_at, due_at = new.due_at
from unnest(:ids::bigint[], :quantities::integer[], :orders::timestamptz[], :dues::timestamptz[])
     as new (id, quantity, order_at, due_at)
where bought.id = new.id and bought.state = 'planned';

-- open_purchases
-- New proposals to buy, of the part's usual supplier.
insert into factory_purchaseorder
       (id, number, part_id, supplier, quantity, state, order_at, due_at)
select one.id, 'P' || lpad(one.id::text, 6, '0'), one.part_id, one.supplier, one.quantity, 'planned',
       one.order_at, one.due_at
from (
    select nextval(pg_get_serial_sequence('factory_purchaseorder', 'id')) as id, asked.*,
           part.supplier
    from unnest(:part_ids::bigint[], :quantities::integer[], :orders::timestamptz[],
                :dues::timestamptz[])
         with ordinality as asked (part_id, quantity, order_at, due_at, place)
    join factory_part as part on part.id = asked.part_id
    order by asked.place
) as one
returning id;

-- forget_pegs
-- What the last calculation said of what is for whom.
delete from factory_peg;

-- write_pegs
-- What is for whom. A nought stands for none.
insert into factory_peg
       (part_id, quantity, from_work_order_id, from_purchase_order_id, for_work_order_id, for_ship_by)
select peg.part_id, peg.quantity, nullif(peg.from_work, 0), nullif(peg.from_purchase, 0),
       nullif(peg.for_work, 0), peg.ship_by
from unnest(:part_ids::bigint[], :quantities::integer[], :from_works::bigint[],
            :from_purchases::bigint[], :for_works::bigint[], :ship_bys::date[])
     as peg (part_id, quantity, from_work, from_purchase, for_work, ship_by);

-- release
-- Open lots that have not begun are released when what is bought for them is there. What a
-- person asked for by hand is never released sooner than he said.
with material as (
    select peg.for_work_order_id as id,
           max(greatest(bought.due_at, :now) + :receiving::interval) as comes_at
    from factory_peg as peg
    join factory_purchaseorder as bought on bought.id = peg.from_purchase_order_id
    where bought.state in ('planned', 'firm', 'ordered')
    group by peg.for_work_order_id
), new as (
    select work.id,
           case when work.origin in ('hand', 'capacity')
                then greatest(work.release_at, material.comes_at)
                else coalesce(material.comes_at, least(work.release_at, :now)) end as release_at
    from factory_workorder as work left join material on material.id = work.id
    where work.state in ('planned', 'firm')
          and (:ids::bigint[] is null or work.id = any (:ids::bigint[]))
          and not exists (select from factory_progress where work_order_id = work.id)
)
update factory_workorder as work set release_at = new.release_at
from new where new.id = work.id and work.release_at <> new.release_at
      and work.state in ('planned', 'firm');

-- behind_purchase
-- The work orders for which a purchase is.
select distinct for_work_order_id from factory_peg
where from_purchase_order_id = :purchase_order_id and for_work_order_id is not null
order by for_work_order_id;

-- it_came
-- What was pegged to a purchase that is there now lies in the store.
update factory_peg set from_purchase_order_id = null
where from_purchase_order_id = :purchase_order_id;

-- taken_by
-- What a lot takes of each part, as the last calculation said.
select part_id, sum(quantity)::bigint from factory_peg
where for_work_order_id = :work_order_id group by part_id order by part_id;

-- put_on_hand
-- So many more lie there.
update factory_part set on_hand = on_hand + :quantity where id = :part_id;

-- waiting_for
-- Which work orders, and which promises, stand on a part by way of whatever it goes into.
with recursive behind (id, levels) as (
    select peg.for_work_order_id, 1 from factory_peg as peg
    where peg.part_id = :part_id and peg.for_work_order_id is not null
          and (not :is_missing or peg.from_work_order_id is not null
               or peg.from_purchase_order_id is not null)
    union
    select peg.for_work_order_id, behind.levels + 1 from factory_peg as peg
    join behind on behind.id = peg.from_work_order_id
    where peg.for_work_order_id is not null
), nearest as (
    select id, min(levels) as levels from behind group by id
)
select work.id, work.number, work.state, part.code, part.sku_id, peg.for_ship_by,
       coalesce(sum(peg.quantity), 0)::bigint, nearest.levels
from nearest
join factory_workorder as work on work.id = nearest.id
join factory_part as part on part.id = work.part_id
left join factory_peg as peg
     on peg.from_work_order_id = work.id and peg.for_ship_by is not null
where work.state in ('planned', 'firm', 'released')
group by work.id, part.id, peg.for_ship_by, nearest.levels
order by nearest.levels, work.due_at, work.id, peg.for_ship_by;

-- stands_on
-- All that work orders stand on, level by level: lots, purchases, and what lies there.
with recursive below (id, levels) as (
    select start.id, 0 from unnest(:ids::bigint[]) as start (id)
    union
    select peg.from_work_order_id, below.levels + 1 from factory_peg as peg
    join below on below.id = peg.for_work_order_id
    where peg.from_work_order_id is not null
), deepest as (
    select id, max(levels) as levels from below group by id
)
select peg.for_work_order_id, deepest.levels, part.id, part.code, peg.quantity::bigint,
       peg.from_work_order_id, lot.number, peg.from_purchase_order_id, bought.number, bought.state,
       bought.due_at
from deepest
join factory_peg as peg on peg.for_work_order_id = deepest.id
join factory_part as part on part.id = peg.part_id
left join factory_workorder as lot on lot.id = peg.from_work_order_id
left join factory_purchaseorder as bought on bought.id = peg.from_purchase_order_id
order by deepest.levels, peg.for_work_order_id, part.code, peg.id;

-- behind_promise
-- What a SKU's promises by a day stand on: lots, or what lies there.
select peg.from_work_order_id, peg.quantity::bigint
from factory_peg as peg join factory_part as part on part.id = peg.part_id
where part.sku_id = :sku_id and peg.for_ship_by = :ship_by
order by peg.from_work_order_id nulls first, peg.id;

-- machines_of
-- Where and when the plan in force has work orders.
select planned.work_order_id, operation.number, centre.code, planned.machine, planned.starts_at,
       planned.ends_at
from factory_plan as plan
join factory_plannedoperation as planned on planned.plan_id = plan.id
join factory_operation as operation on operation.id = planned.operation_id
join factory_workcentre as centre on centre.id = planned.work_centre_id
where plan.in_force and planned.work_order_id = any (:ids::bigint[])
order by planned.starts_at, planned.id;
