-- Queries of open pricing.
--
-- The SKU's own row is the lock of its price, because the first price has no row before it.

-- current
-- The price that holds of each SKU at this instant.
select sku_id, id, version, price_fen, floor_fen from price_priceversion
where sku_id = any (:sku_ids::bigint[]) and upper_inf(during);

-- lock_skus
-- SKUs, locked in the order of their ids. Not a full lock: that would wait for every order
-- that refers to the SKU, and they for us.
select sku.id, sku.code, sku.weight_g, product.name_zh, product.name_en, sku.name_zh, sku.name_en
from catalogue_sku as sku join catalogue_product as product on product.id = sku.product_id
where sku.id = any (:sku_ids::bigint[])
order by sku.id for no key update of sku;

-- standing
-- The prices that hold, with their parts, read under the lock.
select sku_id, version, lower(during), price_fen, material_fen, labour_fen, energy_fen,
       overhead_fen, freight_fen, service_fen, margin_fen, tax_fen
from price_priceversion
where sku_id = any (:sku_ids::bigint[]) and upper_inf(during);

-- last_versions
-- The highest version of each SKU that was ever published.
select sku_id, max(version) from price_priceversion
where sku_id = any (:sku_ids::bigint[]) group by sku_id;

-- end
-- The prices that held until now.
update price_priceversion as price set during = tstzrange(lower(price.during), ended.at)
from unnest(:sku_ids::bigint[], :ends::timestamptz[]) as ended (sku_id, at)
where price.sku_id = ended.sku_id and upper_inf(price.during);

-- publish
-- The prices that hold from now on.
insert into price_priceversion
       (sku_id, version, during, currency, material_fen, labour_fen, energy_fen, overhead_fen,
        freight_fen, service_fen, margin_fen, tax_fen, middlemen_fen, assumptions, reason, by_id,
        key_id, card, signature)
select sku_id, version, tstzrange(since, null), :currency, material_fen, labour_fen, energy_fen,
       overhead_fen, freight_fen, service_fen, margin_fen, tax_fen, middlemen_fen,
       :assumptions::jsonb, :reason, :by_id, :key_id, card, signature
from unnest(:sku_ids::bigint[], :versions::integer[], :since::timestamptz[],
            :material_fen::bigint[], :labour_fen::bigint[], :energy_fen::bigint[],
            :overhead_fen::bigint[], :freight_fen::bigint[], :service_fen::bigint[],
            :margin_fen::bigint[], :tax_fen::bigint[], :middlemen_fen::bigint[],
            :cards::text[], :signatures::text[])
     as price (sku_id, version, since, material_fen, labour_fen, energy_fen, overhead_fen,
               freight_fen, service_fen, margin_fen, tax_fen, middlemen_fen, card, signature);

-- cards
-- Published prices after a row, each with what was signed, oldest first.
select id, sku_id, version, price_fen, material_fen, labour_fen, energy_fen, overhead_fen,
       freight_fen, service_fen, margin_fen, tax_fen, middlemen_fen, key_id, card, signature
from price_priceversion where id > :after order by id limit :at_most;
