-- Queries of the shop floor.
--
-- Whoever reports on a work order has locked its row; whoever finishes one has locked the door
-- of its SKU in the stock before, and the parts that go into it after.

-- lot_lines
-- What goes into these parts, down to what is bought or stocked: all that a lot makes itself.
with recursive made (part_id) as (
    select id from factory_part where id = any (:part_ids::bigint[])
    union
    select line.component_id from factory_bomline as line
    join made on made.part_id = line.parent_id
    join factory_part as part on part.id = line.component_id
    where part.kind = 'made' and not part.is_stocked
)
select line.parent_id, line.component_id, line.quantity, line.scrap_bp,
       part.kind = 'made' and not part.is_stocked
from factory_bomline as line
join made on made.part_id = line.parent_id
join factory_part as part on part.id = line.component_id
order by line.id;

-- routed
-- The operations of parts.
select id, part_id, number from factory_operation
where part_id = any (:part_ids::bigint[]) order by part_id, number;

-- reported
-- How far the operations of work orders are.
select work_order_id, operation_id, good, scrapped, finished_at is not null
from factory_progress where work_order_id = any (:work_order_ids::bigint[])
order by id;

-- begin
-- An operation begins on a machine. Nothing is written if it has begun, or the machine is taken.
insert into factory_progress (work_order_id, operation_id, work_centre_id, machine, started_at,
                              started_by_id)
values (:work_order_id, :operation_id, :work_centre_id, :machine, :now, :by)
on conflict do nothing returning id;

-- machines_for
-- Where an operation can be done: each work centre with its machines, and those that cannot.
select centre.id, centre.code, centre.machines, plant.reports_progress,
       coalesce(array_agg(machine.number) filter (
           where cardinality(machine.families) > 0 and not part.family = any (machine.families)
       ), '{}')::integer[]
from factory_operation as operation
join factory_part as part on part.id = operation.part_id
join factory_workcentre as centre
     on centre.id = operation.work_centre_id
     or centre.id in (select work_centre_id from factory_operationalternative
                      where operation_id = operation.id)
join factory_plant as plant on plant.id = centre.plant_id
left join factory_machine as machine on machine.work_centre_id = centre.id
where operation.id = :operation_id
group by centre.id, centre.code, centre.machines, plant.reports_progress
order by centre.id <> (select work_centre_id from factory_operation where id = :operation_id),
         centre.id;

-- is_down
-- Whether somebody reported a machine broken, and nobody that it works again.
select exists (
    select from factory_downtime
    where work_centre_id = :work_centre_id and (machine is null or machine = :machine)
          and kind = 'breakdown' and starts_at <= :now and ends_at > :now
);

-- breakdowns
-- Machines that are reported broken at this instant, and until when that is thought to last.
select work_centre_id, machine, max(ends_at) from factory_downtime
where machine is not null and kind = 'breakdown' and starts_at <= :now and ends_at > :now
group by work_centre_id, machine;

-- short
-- A lot will give fewer pieces than were asked for, or as many after all.
update factory_workorder set good_quantity = :pieces
where id = :work_order_id and good_quantity is distinct from :pieces::integer;

-- release
-- Something of a work order has begun: it can no longer be called off.
update factory_workorder set state = 'released'
where id = :work_order_id and state in ('planned', 'firm');

-- planned_on
-- What the plan in force has for a machine that nobody has begun, in its order; what it planned
-- for the other machines of the centre comes behind.
select work.id, work.number, operation.id, planned.machine, planned.starts_at, planned.ends_at
from factory_plan as plan
join factory_plannedoperation as planned on planned.plan_id = plan.id
join factory_workorder as work on work.id = planned.work_order_id
join factory_operation as operation on operation.id = planned.operation_id
where plan.in_force and planned.work_centre_id = :work_centre_id
      and work.state in ('planned', 'firm', 'released')
      and not exists (select from factory_progress as said
                      where said.work_order_id = work.id and said.operation_id = operation.id)
order by planned.machine <> :machine, planned.starts_at, planned.id
limit :at_most;

-- follows_plan
-- Steps of a lot that nobody reported, taken as the plan in force has them: nobody said so.
insert into factory_progress (work_order_id, operation_id, work_centre_id, machine, started_at,
                              finished_at, good, note)
select planned.work_order_id, planned.operation_id, planned.work_centre_id, planned.machine,
       planned.starts_at, planned.ends_at, lot.good, :note
from factory_plan as plan
join factory_plannedoperation as planned on planned.plan_id = plan.id
join unnest(:operation_ids::bigint[], :goods::integer[]) as lot (operation_id, good)
     using (operation_id)
where plan.in_force and planned.work_order_id = :work_order_id and planned.ends_at <= :now
order by planned.starts_at, planned.id
on conflict do nothing;

-- end_running
-- A lot was finished over the heads of those who work on it: its machines are free.
update factory_progress set finished_at = greatest(:now, started_at)
where work_order_id = :work_order_id and finished_at is null;

-- lock_parts
-- The books of parts, in the order of their ids, until the end of the transaction.
select id, on_hand from factory_part where id = any (:part_ids::bigint[])
order by id for no key update;

-- supplies
-- What came of parts and is not known to have gone into anything: oldest first.
select came.part_id, came.purchase_order_id, came.work_order_id,
       came.quantity - coalesce(used.quantity, 0)
from (
    select part_id, id as purchase_order_id, null::bigint as work_order_id, received as quantity,
           due_at as came_at
    from factory_purchaseorder
    where part_id = any (:part_ids::bigint[]) and received > 0
    union all
    select part_id, null, id, good_quantity, finished_at from factory_workorder
    where part_id = any (:part_ids::bigint[]) and state = 'finished' and good_quantity > 0
) as came
left join lateral (
    select sum(lot.quantity)::bigint as quantity from factory_lotpart as lot
    where lot.part_id = came.part_id
          and (lot.purchase_order_id = came.purchase_order_id
               or lot.made_in_id = came.work_order_id)
) as used on true
where came.quantity > coalesce(used.quantity, 0)
order by came.part_id, came.came_at, came.purchase_order_id, came.work_order_id;

-- alternates
-- Which component of a lot's bill a part may stand in for.
select alternate.component_id, line.component_id
from factory_bomalternate as alternate join factory_bomline as line on line.id = alternate.line_id
where line.parent_id = any (:part_ids::bigint[])
order by alternate.component_id, alternate.priority, alternate.id;

-- noted
-- What somebody scanned into a lot.
select part_id, sum(quantity)::bigint from factory_lotpart
where work_order_id = :work_order_id group by part_id;

-- put_in
-- What went into a lot.
insert into factory_lotpart (work_order_id, part_id, quantity, purchase_order_id, made_in_id,
                             noted_at)
select :work_order_id, *, :now from unnest(
    :part_ids::bigint[], :quantities::integer[], :purchase_order_ids::bigint[],
    :made_in_ids::bigint[]);

-- use_up
-- Parts that lay there went into a lot. What the books did not know of cannot be missed.
update factory_part as part set on_hand = greatest(part.on_hand - used.quantity, 0)
from unnest(:part_ids::bigint[], :quantities::bigint[]) as used (part_id, quantity)
where part.id = used.part_id;

-- stock
-- Good pieces of a part that is stocked lie there now.
update factory_part set on_hand = on_hand + :pieces where id = :part_id;

-- numbers_given
-- How many serial numbers begin like this; none is ever taken back. Byte by byte, whatever the
-- database's own order of letters is.
select count(*) from factory_serial
where number ~>=~ :beginning::text and number ~<~ (:beginning::text || '~');

-- give_numbers
-- Serial numbers of a lot.
insert into factory_serial (number, sku_id, work_order_id, made_at)
select number, :sku_id, :work_order_id, :now
from unnest(:numbers::text[]) with ordinality as given (number, place) order by place;

-- lots_inside
-- A work order, and every one of ours out of which something went into it, at any depth.
with recursive inside (id) as (
    select id from factory_workorder where id = :work_order_id
    union
    select lot.made_in_id from factory_lotpart as lot join inside on inside.id = lot.work_order_id
    where lot.made_in_id is not null
)
select work.id, work.number, part.code, part.name_zh, part.name_en, coalesce(plant.code, ''),
       work.good_quantity, work.finished_at
from inside join factory_workorder as work using (id)
join factory_part as part on part.id = work.part_id
left join factory_plant as plant on plant.id = part.plant_id
order by work.id <> :work_order_id, work.id;

-- lot_steps
-- How lots were made: where, when, and by whose hands (an id: names live with people).
select said.work_order_id, part.code, operation.number, operation.name_zh, operation.name_en,
       plant.code, centre.code, said.machine, said.started_at, said.finished_at, said.good,
       said.scrapped, said.started_by_id, said.finished_by_id, said.note <> :by_plan
from factory_progress as said
join factory_operation as operation on operation.id = said.operation_id
join factory_part as part on part.id = operation.part_id
join factory_workcentre as centre on centre.id = said.work_centre_id
join factory_plant as plant on plant.id = centre.plant_id
where said.work_order_id = any (:work_order_ids::bigint[])
order by said.work_order_id, said.started_at, said.id;

-- lot_parts
-- What went into lots, and where that came from.
select lot.work_order_id, part.code, part.name_zh, part.name_en, lot.quantity,
       coalesce(nullif(purchase.supplier, ''),
                case when lot.made_in_id is null then part.supplier else '' end),
       lot.supplier_lot, coalesce(purchase.number, ''), coalesce(made.number, '')
from factory_lotpart as lot
join factory_part as part on part.id = lot.part_id
left join factory_purchaseorder as purchase on purchase.id = lot.purchase_order_id
left join factory_workorder as made on made.id = lot.made_in_id
where lot.work_order_id = any (:work_order_ids::bigint[])
order by lot.work_order_id, part.code, lot.id;
