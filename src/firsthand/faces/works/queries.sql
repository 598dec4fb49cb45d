-- Queries of the works' pages.

-- planned
-- The operations of a plan, machine by machine, in their order.
select planned.work_order_id, planned.operation_id, planned.work_centre_id, planned.machine,
       extract(epoch from planned.starts_at)::bigint, extract(epoch from planned.ends_at)::bigint,
       planned.setup_minutes * 60
from factory_plannedoperation as planned
where planned.plan_id = :plan
order by planned.work_centre_id, planned.machine, planned.starts_at, planned.id;

-- lots_of_plan
-- The work orders of a plan: what they make, when they are done, and by when that was promised.
select work.id, work.number, work.quantity, work.state, work.weight,
       extract(epoch from work.release_at)::bigint, extract(epoch from work.due_at)::bigint,
       coalesce(sku.code, part.code), part.name_zh, part.name_en, part.family,
       extract(epoch from lot.safe_at)::bigint,
       case when rung.taken > rung.kept then rung.ship_by end
from factory_workorder as work
join factory_part as part on part.id = work.part_id
left join catalogue_sku as sku on sku.id = part.sku_id
left join factory_plannedlot as lot on lot.plan_id = :plan and lot.work_order_id = work.id
left join promise_backing as backing on backing.work_order_id = work.id
left join promise_rung as rung
    on rung.sku_id = backing.sku_id and rung.ship_by = backing.ship_by and rung.source = 'plan'
where work.id in (select work_order_id from factory_plannedoperation where plan_id = :plan)
order by work.id;

-- steps_of_plan
-- The steps of routings that a plan's operations are.
select step.id, step.number, step.name_zh, step.name_en, part.code, part.family
from factory_operation as step join factory_part as part on part.id = step.part_id
where step.id in (select operation_id from factory_plannedoperation where plan_id = :plan)
order by step.id;

-- purchases_for
-- What was bought for a work order and is not here yet, by the last calculation of needs.
select bought.number, part.code, part.name_zh, part.name_en, sum(peg.quantity)::bigint,
       bought.state, bought.due_at
from factory_peg as peg
join factory_purchaseorder as bought on bought.id = peg.from_purchase_order_id
join factory_part as part on part.id = bought.part_id
where peg.for_work_order_id = :work_order and bought.state in ('planned', 'firm', 'ordered')
group by bought.id, part.id
order by bought.due_at desc;

-- rungs
-- The ladders of the SKUs whose code or name has these letters: the next rungs of each.
with chosen as (
    select sku.id, sku.code, product.name_zh, product.name_en
    from catalogue_sku as sku join catalogue_product as product on product.id = sku.product_id
    where (:letters = '' or sku.code ilike '%' || :letters || '%'
           or product.name_zh ilike '%' || :letters || '%'
           or product.name_en ilike '%' || :letters || '%')
          and exists (select from promise_rung as rung
                      where rung.sku_id = sku.id and rung.ship_by >= :today)
    order by sku.code limit :at_most
)
select chosen.id, chosen.code, chosen.name_zh, chosen.name_en, rung.ship_by, rung.source,
       rung.quantity, rung.taken, rung.kept, rung.at_risk
from chosen join promise_rung as rung on rung.sku_id = chosen.id and rung.ship_by >= :today
order by chosen.code, rung.ship_by, rung.source desc;
