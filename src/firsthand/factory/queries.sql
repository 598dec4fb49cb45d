-- Queries of the factory.
--
-- Whoever plans has locked the plants (hold_planning): there is one plan in force, and one
-- who makes the next. Whoever ends a work order has locked the door of its SKU in the stock
-- before its own row.

-- be_patient
-- This transaction is not ended for being idle, until it has been so for five minutes.
select set_config('idle_in_transaction_session_timeout', '300s', true);

-- hold_planning
-- Every plant, locked until the end of the transaction: nobody else plans meanwhile.
select id from factory_plant order by id for no key update;

-- plants
-- The plants: their clocks, their fences, and whether their floors report.
select id, code, timezone, frozen_minutes, reports_progress from factory_plant order by id;

-- centres
-- The work centres with their usual shifts, in the time of their plant.
select id, code, plant_id, kind, machines, shift_start_minute, shift_minutes, works_on_weekends,
       calendar_id, minor_setup_minutes
from factory_workcentre order by id;

-- machines
-- Those that are unlike the others of their centre.
select work_centre_id, number, calendar_id, speed_percent, families from factory_machine
order by work_centre_id, number;

-- calendar_shifts
-- The shifts of the work calendars, by weekday.
select calendar_id, weekday, start_minute, minutes from factory_calendarshift
order by calendar_id, weekday, start_minute;

-- calendar_days
-- The days of the work calendars that are unlike others, from a little before now on.
select calendar_id, day, start_minute, minutes from factory_calendarday
where day >= (:since::timestamptz - interval '90 days')::date order by calendar_id, day;

-- standstills
-- When machines do not work, as far as it matters to what runs now, or will.
select work_centre_id, machine, starts_at, ends_at, kind = 'breakdown' from factory_downtime
where ends_at > :now::timestamptz - interval '90 days' order by starts_at, id;

-- changeovers
-- How long machines take from one family to another.
select work_centre_id, from_family, to_family, minutes from factory_changeover
order by work_centre_id, id;

-- resources
-- Tools and skills.
select id, code, plant_id, quantity from factory_sharedresource order by id;

-- ways
-- How long things travel between plants.
select from_plant_id, to_plant_id, minutes from factory_transport order by id;

-- alternatives
-- Other work centres that can do an operation.
select operation_id, work_centre_id, run_seconds from factory_operationalternative order by id;

-- takings
-- Which operations take one of which tool or skill.
select operation_id, resource_id from factory_operationneed order by operation_id, resource_id;

-- pins
-- Where a planner wants operations of open work orders.
select pin.work_order_id, pin.operation_id, pin.work_centre_id, pin.machine, pin.not_before
from factory_pin as pin join factory_workorder as work on work.id = pin.work_order_id
where work.state in ('planned', 'firm', 'released') order by pin.id;

-- supplies
-- Which open work orders take what other open ones make, as the last calculation said.
select distinct peg.part_id, peg.from_work_order_id, peg.for_work_order_id
from factory_peg as peg
join factory_workorder as supply on supply.id = peg.from_work_order_id
join factory_workorder as demand on demand.id = peg.for_work_order_id
where supply.state in ('planned', 'firm', 'released')
      and demand.state in ('planned', 'firm', 'released')
order by peg.for_work_order_id, peg.from_work_order_id, peg.part_id;

-- reported
-- What the floor says of open work orders: begun, or finished.
select progress.work_order_id, progress.operation_id, progress.work_centre_id, progress.machine,
       progress.started_at, progress.finished_at, progress.good
from factory_progress as progress
join factory_workorder as work on work.id = progress.work_order_id
where work.state in ('planned', 'firm', 'released') order by progress.id;

-- made_last
-- What each machine made last: as the floor said, or, where it says nothing, as the plan did.
with made as (
    select planned.work_centre_id, planned.machine, planned.operation_id, planned.ends_at as at
    from factory_plan as plan
    join factory_plannedoperation as planned on planned.plan_id = plan.id
    join factory_workcentre as centre on centre.id = planned.work_centre_id
    join factory_plant as plant on plant.id = centre.plant_id
    where plan.in_force and planned.ends_at <= :now and not plant.reports_progress
    union all
    select progress.work_centre_id, progress.machine, progress.operation_id, progress.finished_at
    from factory_progress as progress
    join factory_workcentre as centre on centre.id = progress.work_centre_id
    join factory_plant as plant on plant.id = centre.plant_id
    where progress.finished_at <= :now and plant.reports_progress
)
select distinct on (made.work_centre_id, made.machine)
       made.work_centre_id, made.machine,
       case when part.family = '' then 'part ' || part.code else part.family end, part.code
from made
join factory_operation as operation on operation.id = made.operation_id
join factory_part as part on part.id = operation.part_id
order by made.work_centre_id, made.machine, made.at desc, made.operation_id;

-- open_orders
-- What is still to be made, in the order in which it was asked for. A lot from which something was
-- promised is due by that promise, and weighs as much as one that is sold on air, at least.
select id, number, part_id, quantity, release_at, coalesce(promised_due_at, due_at),
       case when promised_due_at is null then weight else greatest(weight, 4) end
from factory_workorder
where state in ('planned', 'firm', 'released') order by id;

-- made_lines
-- What goes into what, of all that is made in the lot of what it goes into.
select line.parent_id, line.component_id, line.quantity, line.scrap_bp
from factory_bomline as line join factory_part as part on part.id = line.component_id
where part.kind = 'made' and not part.is_stocked order by line.id;

-- stocked_lines
-- What goes into what, of all that is made in work orders of its own.
select line.parent_id, line.component_id, line.quantity, line.scrap_bp
from factory_bomline as line join factory_part as part on part.id = line.component_id
where part.kind = 'made' and part.is_stocked order by line.id;

-- parts_to_check
-- All parts, as far as they can be made or bought.
select id, code, kind = 'made', is_stocked, sku_id is not null, lot_size from factory_part
order by code;

-- routed
-- Every operation of every routing. A part without a family is a family of its own.
select operation.id, operation.part_id, part.code, operation.number, operation.work_centre_id,
       operation.setup_minutes, operation.run_seconds,
       case when part.family = '' then 'part ' || part.code else part.family end
from factory_operation as operation join factory_part as part on part.id = operation.part_id
order by operation.part_id, operation.number;

-- runs
-- Where the plan in force has the operations of open work orders.
select planned.work_order_id, planned.operation_id, planned.work_centre_id, planned.machine,
       planned.starts_at, planned.ends_at, planned.setup_minutes, planned.left_bp
from factory_plan as plan
join factory_plannedoperation as planned on planned.plan_id = plan.id
join factory_workorder as work on work.id = planned.work_order_id
where plan.in_force and work.state in ('planned', 'firm', 'released')
order by planned.id;

-- write_plan
-- A new plan's operations.
insert into factory_plannedoperation
       (plan_id, work_order_id, operation_id, work_centre_id, machine, starts_at, ends_at,
        setup_minutes)
select :plan_id, * from unnest(
    :work_order_ids::bigint[], :operation_ids::bigint[], :work_centre_ids::bigint[],
    :machines::integer[], :starts::timestamptz[], :ends::timestamptz[],
    :setup_minutes::integer[]);

-- carry_over
-- What has ended by the plan in force goes into the next one, as long as its order is open; and
-- what each machine made last, so that it is still known what it is set up for.
with last as (
    select distinct on (planned.work_centre_id, planned.machine) planned.id
    from factory_plan as plan
    join factory_plannedoperation as planned on planned.plan_id = plan.id
    where plan.in_force and planned.ends_at <= :now
    order by planned.work_centre_id, planned.machine, planned.ends_at desc, planned.id
)
insert into factory_plannedoperation
       (plan_id, work_order_id, operation_id, work_centre_id, machine, starts_at, ends_at,
        setup_minutes)
select :plan_id, planned.work_order_id, planned.operation_id, planned.work_centre_id,
       planned.machine, planned.starts_at, planned.ends_at, planned.setup_minutes
from factory_plan as plan
join factory_plannedoperation as planned on planned.plan_id = plan.id
join factory_workorder as work on work.id = planned.work_order_id
where plan.in_force and planned.ends_at <= :now
      and (work.state in ('planned', 'firm', 'released')
           or planned.id in (select id from last) and work.state = 'finished')
on conflict (plan_id, work_order_id, operation_id) do nothing;

-- note_what_is_left
-- Of what a breakdown had stopped, how much of its run was left when it was planned.
update factory_plannedoperation as planned set left_bp = noted.left_bp
from unnest(:work_order_ids::bigint[], :operation_ids::bigint[], :shares::integer[])
     as noted (work_order_id, operation_id, left_bp)
where planned.plan_id = :plan_id
      and (planned.work_order_id, planned.operation_id) = (noted.work_order_id, noted.operation_id);

-- retire_plan
-- The plan in force is so no more. A step of its own, since at no instant may two be.
update factory_plan set in_force = false where in_force;

-- put_in_force
-- This plan is what promises stand on.
update factory_plan set in_force = true where id = :plan_id;

-- release_begun
-- What runs is released: it can no longer be called off.
update factory_workorder set state = 'released'
where id = any (:ids::bigint[]) and state in ('planned', 'firm');

-- forget_plans
-- Plans before the newest few, with their operations and dates.
with old as (
    select id from factory_plan where not in_force order by id desc offset :keep
), emptied as (
    delete from factory_plannedoperation where plan_id in (select id from old)
), undated as (
    delete from factory_plannedlot where plan_id in (select id from old)
), forgotten as (
    update factory_planrun set plan_id = null where plan_id in (select id from old)
)
delete from factory_plan where id in (select id from old);

-- completions
-- When the open work orders of products are done, by the plan in force, with what they bring
-- (or the fewer pieces that the floor says will be good);
-- when that is likely, and safe. What the plan has no dates for is done as its operations say.
select work.id, part.sku_id, coalesce(work.good_quantity, work.quantity),
       max(planned.ends_at) as done_at,
       greatest(max(planned.ends_at), coalesce(max(lot.likely_at), max(lot.safe_at))),
       greatest(max(planned.ends_at), max(lot.safe_at))
from factory_plan as plan
join factory_plannedoperation as planned on planned.plan_id = plan.id
join factory_workorder as work on work.id = planned.work_order_id
join factory_part as part on part.id = work.part_id
left join factory_plannedlot as lot on lot.plan_id = plan.id and lot.work_order_id = work.id
where plan.in_force and work.state in ('planned', 'firm', 'released')
      and part.sku_id is not null
      and (:sku_ids::bigint[] is null or part.sku_id = any (:sku_ids::bigint[]))
group by work.id, part.sku_id
order by part.sku_id, done_at, work.id;

-- due_by_promise
-- When work orders of these SKUs must be done for what was promised from them; those from which
-- nothing is, need not for that. Who asks holds the SKUs' doors, and must not wait for a plan that
-- is being written: what that holds locked is told the next time.
with said as (
    select * from unnest(:work_order_ids::bigint[], :dues::timestamptz[]) as said (id, due_at)
), other as (
    select work.id, work.promised_due_at as before, said.due_at as after
    from factory_workorder as work
    join factory_part as part on part.id = work.part_id
    left join said on said.id = work.id
    where work.state in ('planned', 'firm', 'released')
          and part.sku_id = any (:sku_ids::bigint[])
          and work.promised_due_at is distinct from said.due_at
    order by work.id for no key update of work skip locked
), changed as (
    update factory_workorder as work set promised_due_at = other.after
    from other where work.id = other.id
    returning other.before, other.after
)
select count(*) filter (where before is null), count(*) from changed;

-- firm
-- Something was promised from these work orders: they will be made. Who holds one of them
-- locked is releasing it, and whoever would call it off has locked the SKU's door before.
with planned as (
    select id from factory_workorder
    where id = any (:ids::bigint[]) and state = 'planned'
    order by id for no key update skip locked
)
update factory_workorder as work set state = 'firm' from planned where work.id = planned.id;

-- bill_below
-- All that goes into these parts, at every level. It comes to an end even where a bill leads
-- back to itself, since a part is reached once.
with recursive reached (part_id) as (
    select id from factory_part
    where (:part_ids::bigint[] is null or id = any (:part_ids::bigint[]))
    union
    select line.component_id from factory_bomline as line
    join reached on reached.part_id = line.parent_id
)
select line.parent_id, line.component_id, line.quantity, line.scrap_bp
from factory_bomline as line join reached on reached.part_id = line.parent_id
order by line.id;

-- items
-- Parts, as far as their cost is concerned.
select id, code, unit_cost_fen, lot_size from factory_part
where :part_ids::bigint[] is null or id = any (:part_ids::bigint[])
order by id;

-- steps
-- The work on parts, with what an hour of its machine costs.
select operation.part_id, 60 * operation.setup_minutes, operation.run_seconds,
       centre.cost_fen_per_hour, centre.energy_wh_per_hour
from factory_operation as operation
join factory_workcentre as centre on centre.id = operation.work_centre_id
where :part_ids::bigint[] is null or operation.part_id = any (:part_ids::bigint[])
order by operation.part_id, operation.number;

-- parts_of
-- The parts that SKUs are; those without a bill and a routing are left out.
select part.sku_id, part.id from factory_part as part
where part.sku_id is not null
      and (:sku_ids::bigint[] is null or part.sku_id = any (:sku_ids::bigint[]))
      and exists (select from factory_operation as step where step.part_id = part.id)
      and exists (select from factory_bomline as line where line.parent_id = part.id)
order by part.sku_id;


-- open
-- New work orders; their numbers follow from their ids.
insert into factory_workorder (id, number, part_id, quantity, state, release_at, due_at)
select lot.id, 'W' || lpad(lot.id::text, 6, '0'), lot.part_id, lot.quantity, 'planned',
       lot.release_at, lot.due_at
from (
    select nextval(pg_get_serial_sequence('factory_workorder', 'id')) as id, asked.*
    from unnest(:part_ids::bigint[], :quantities::integer[], :releases::timestamptz[],
                :dues::timestamptz[])
         with ordinality as asked (part_id, quantity, release_at, due_at, place)
    order by asked.place
) as lot
returning id, number;

-- due_to_be_finished
-- Open work orders that are done by the plan in force, of plants that report nothing.
select work.number, coalesce(work.good_quantity, work.quantity)
from factory_plan as plan
join factory_plannedoperation as planned on planned.plan_id = plan.id
join factory_workorder as work on work.id = planned.work_order_id
join factory_part as part on part.id = work.part_id
where plan.in_force and work.state in ('planned', 'firm', 'released')
      and not exists (select from factory_plant as plant
                      where plant.id = part.plant_id and plant.reports_progress)
group by work.id
having max(planned.ends_at) <= :now
order by max(planned.ends_at), work.id
limit :at_most;

-- where_it_is
-- The steps of work orders by the plan in force, in their order: where each lot is.
select planned.work_order_id, operation.number, operation.name_zh, operation.name_en,
       planned.starts_at, planned.ends_at
from factory_plan as plan
join factory_plannedoperation as planned on planned.plan_id = plan.id
join factory_operation as operation on operation.id = planned.operation_id
where plan.in_force and planned.work_order_id = any (:ids::bigint[])
order by planned.work_order_id, planned.starts_at, planned.id;

-- take_lines_out
-- Components leave bills of material.
delete from factory_bomline as line
using unnest(:parent_ids::bigint[], :component_ids::bigint[]) as gone (parent_id, component_id)
where (line.parent_id, line.component_id) = (gone.parent_id, gone.component_id);
