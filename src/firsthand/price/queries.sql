-- Queries of open pricing.

-- current
-- The price that holds for each SKU at this instant.
select sku_id, id, version, price_fen from price_priceversion
where sku_id = any (:sku_ids::bigint[]) and upper_inf(during);
