-- Queries of the ladder. Whoever changes rungs has locked the SKU's door (stock) before.

-- ladders
-- The rungs with room on them, earliest first; of one day, stock before plan.
select sku_id, ship_by, source, quantity - taken from promise_rung
where sku_id = any (:sku_ids::bigint[]) and taken < quantity
  and ship_by >= (now() at time zone 'Asia/Shanghai')::date
order by sku_id, ship_by, source desc;

-- take
-- Pieces are taken from rungs (below nought: given back). The table refuses more than there is.
update promise_rung as rung set taken = rung.taken + goods.quantity
from unnest(:sku_ids::bigint[], :days::date[], :sources::text[], :quantities::bigint[])
     as goods (sku_id, ship_by, source, quantity)
where rung.sku_id = goods.sku_id and rung.ship_by = goods.ship_by and rung.source = goods.source;
