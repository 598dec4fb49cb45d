-- Queries of the studio: what the console shows besides the things of the pages.

-- pulse_of_show
-- Orders of the last minute and in all, what was paid, and what of that stays paid.
select count(*) filter (where placed_at > :now::timestamptz - interval '1 minute'),
       count(*),
       count(*) filter (where paid_at is not null),
       coalesce(sum(quantity * unit_fen) filter (where paid_at is not null), 0)::bigint,
       coalesce(sum(quantity * unit_fen)
                filter (where paid_at is not null and state not in ('cancelled', 'refunded')),
                0)::bigint
from order_order where show_id = :show;

-- beat_of_show
-- Orders placed in each of the last minutes, the empty ones too, oldest first.
select minute, count(ord.id)
from generate_series(date_trunc('minute', :now::timestamptz) - make_interval(mins => :minutes - 1),
                     date_trunc('minute', :now::timestamptz), interval '1 minute') as minute
left join order_order as ord
    on ord.show_id = :show and ord.placed_at >= minute
   and ord.placed_at < minute + interval '1 minute'
group by minute order by minute;

-- figures_of_shows
-- For a list of shows: segments, offers, orders paid and that money.
select show.id,
       (select count(*) from show_segment where show_id = show.id),
       (select count(*) from offer_offer where show_id = show.id),
       count(ord.id) filter (where ord.paid_at is not null),
       coalesce(sum(ord.quantity * ord.unit_fen)
                filter (where ord.paid_at is not null
                          and ord.state not in ('cancelled', 'refunded')), 0)::bigint
from show_show as show left join order_order as ord on ord.show_id = show.id
where show.id = any(:shows::bigint[])
group by show.id;
