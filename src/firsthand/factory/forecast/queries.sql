-- Queries of the forecasts.

-- takings
-- Pieces that buyers took of each SKU, by day, less what they gave back on that day.
select moved.sku_id, (moved.moved_at at time zone :zone)::date as day,
       sum(case moved.debit when 'held' then moved.quantity else -moved.quantity end)::bigint
from stock_transfer as moved
join factory_part as part on part.sku_id = moved.sku_id
where moved.moved_at >= :since
      and ((moved.debit = 'held' and moved.credit = 'on_offer')
           or (moved.debit = 'on_offer' and moved.credit in ('held', 'sold')))
group by moved.sku_id, day order by moved.sku_id, day;

-- forget
-- The forecasts of the night before.
delete from factory_forecast;

-- write
-- What is expected of each SKU, by day.
insert into factory_forecast (sku_id, day, pieces, pieces_low, pieces_high, model)
select * from unnest(:sku_ids::bigint[], :days::date[], :pieces::float8[], :lows::float8[],
                     :highs::float8[], :models::text[]);
