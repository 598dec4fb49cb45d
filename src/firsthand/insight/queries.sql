-- Queries of insight: first what viewers do is written down, then reports are made of it.

-- ---- Facts: what viewers do ----------------------------------------------------------------
-- Written by the live engine, some thousand at a time; reports only read them.

-- record_viewings
-- Add up what viewers watched, minute by minute; the latency is the last one they told.
insert into insight_viewing as known
    (show_id, viewer, minute, person_id, watched_ms, stalled_ms, latency_ms)
select show_id, viewer, minute, max(person_id), sum(watched_ms)::bigint, sum(stalled_ms)::bigint,
       (array_agg(latency_ms order by place desc) filter (where latency_ms is not null))[1]
from unnest(:show_ids::bigint[], :viewers::text[], :minutes::timestamptz[],
            :person_ids::bigint[], :watched::bigint[], :stalled::bigint[], :latencies::int[])
     with ordinality as beat
     (show_id, viewer, minute, person_id, watched_ms, stalled_ms, latency_ms, place)
group by show_id, viewer, minute
order by show_id, viewer, minute
on conflict (show_id, viewer, minute) do update
   set person_id = greatest(known.person_id, excluded.person_id),
       watched_ms = known.watched_ms + excluded.watched_ms,
       stalled_ms = known.stalled_ms + excluded.stalled_ms,
       latency_ms = coalesce(excluded.latency_ms, known.latency_ms);

-- record_acts
-- Write what viewers saw and did. Who was here a while ago comes back, and does not enter anew.
insert into insight_act (show_id, viewer, person_id, kind, offer_id, error_ms, at)
select show_id, viewer, person_id, kind, nullif(offer_id, 0), error_ms, at
from unnest(:show_ids::bigint[], :viewers::text[], :person_ids::bigint[], :kinds::text[],
            :offer_ids::bigint[], :errors::int[], :ats::timestamptz[])
     with ordinality as act (show_id, viewer, person_id, kind, offer_id, error_ms, at, place)
where kind <> 'entered'
   or not exists (select from insight_viewing viewing
                  where viewing.show_id = act.show_id and viewing.viewer = act.viewer
                    and viewing.minute > act.at - make_interval(mins => :away_minutes))
order by place;

-- ---- Reports -------------------------------------------------------------------------------
-- What a show did while it was on air: from its beginning to its end, or to now while it is on.
-- A person who is known by name counts once over all his browsers; others count by browser.

-- audience_of_show
-- Viewers, views and watch time; who is known by name is one person over all his browsers.
with known as (
    select viewer, max(person_id) as person_id
    from (
        select viewer, person_id from insight_viewing where show_id = :show
        union all
        select viewer, person_id from insight_act where show_id = :show
    ) as all_rows
    group by viewer
), watched as (
    select viewer, minute, watched_ms, stalled_ms, latency_ms from insight_viewing
    where show_id = :show and minute >= date_trunc('minute', :since::timestamptz)
      and minute < :till
), acted as (
    select viewer, kind from insight_act
    where show_id = :show and at >= :since and at < :till
), spoke as (
    select viewer from show_chatline
    where show_id = :show and said_at >= :since and said_at < :till and role in ('', 'visitor')
), identity as (
    select viewer,
           case when person_id > 0 then 'person ' || person_id else 'viewer ' || viewer end as who
    from known
), by_minute as (
    select minute, count(*) as viewers from watched where watched_ms > 0 group by minute
), by_who as (
    select identity.who, sum(watched.watched_ms) as watched_ms,
           sum(watched.stalled_ms) as stalled_ms
    from watched join identity using (viewer) group by identity.who
)
select (select count(*) from acted where kind = 'entered'),
       (select count(distinct identity.who) from identity
        where identity.viewer in (select viewer from watched union select viewer from acted)),
       (select coalesce(max(viewers), 0) from by_minute),
       (select coalesce(sum(watched_ms), 0)::bigint from watched),
       (select coalesce(sum(stalled_ms), 0)::bigint from watched),
       (select count(distinct coalesce(identity.who, 'viewer ' || active.viewer))
        from (select viewer from spoke
              union
              select viewer from acted where kind = 'card_clicked') as active
        left join identity using (viewer)),
       (select count(*) from by_who where watched_ms > 0),
       (select count(*) from by_who where watched_ms > 0 and stalled_ms = 0),
       (select percentile_disc(0.5) within group (order by latency_ms) from watched
        where latency_ms is not null);

-- chat_of_show
-- Lines and questions of viewers; the crew's own do not count.
select count(*), count(*) filter (where is_question)
from show_chatline
where show_id = :show and said_at >= :since and said_at < :till and role in ('', 'visitor');

-- cards_of_show
-- Cards seen and clicked, those who clicked, and how far cards were from their picture.
with known as (
    select viewer, max(person_id) as person_id from insight_act where show_id = :show group by viewer
)
select count(*) filter (where act.kind = 'card_seen'),
       count(*) filter (where act.kind = 'card_clicked'),
       count(distinct case when known.person_id > 0 then 'person ' || known.person_id
                           else 'viewer ' || act.viewer end)
           filter (where act.kind = 'card_clicked'),
       percentile_disc(0.95) within group (order by abs(act.error_ms))
           filter (where act.kind = 'card_seen' and act.error_ms is not null)
from insight_act as act join known using (viewer)
where act.show_id = :show and act.at >= :since and act.at < :till;

-- deepest_of_show
-- How many people have each step as the deepest they took: so nobody is missing further up.
with known as (
    select viewer, max(person_id) as person_id
    from (
        select viewer, person_id from insight_viewing where show_id = :show
        union all
        select viewer, person_id from insight_act where show_id = :show
    ) as all_rows
    group by viewer
), identity as (
    select viewer,
           case when person_id > 0 then 'person ' || person_id else 'viewer ' || viewer end as who
    from known
), step as (
    select identity.who, 1 as depth
    from insight_viewing join identity using (viewer)
    where show_id = :show and minute >= date_trunc('minute', :since::timestamptz)
      and minute < :till
    union all
    select identity.who,
           case kind when 'card_clicked' then 3 when 'card_seen' then 2 else 1 end
    from insight_act join identity using (viewer)
    where show_id = :show and at >= :since and at < :till
    union all
    select 'person ' || person_id, case when paid_at is null then 4 else 5 end
    from order_order where show_id = :show and placed_at < :till
)
select depth, count(*)
from (select who, max(depth) as depth from step group by who) as deepest
group by depth;

-- orders_of_show
-- What was ordered, paid, given back and shipped. What went back is never more than was paid.
-- Of a bundle every piece counts, and its money once.
with sold as (
    select ord.*, ord.quantity * ord.unit_fen as amount_fen,
           case when ord.rung_source = 'parts'
                then (select sum(part.quantity) from order_orderpart as part
                      where part.order_id = ord.id)
                else ord.quantity end as pieces,
           ord.paid_at is not null as is_paid,
           case when ord.paid_at is null then 0
                when ord.state in ('cancelled', 'refunded') then ord.quantity * ord.unit_fen
                else least(ord.quantity * ord.unit_fen, coalesce(given_back.fen, 0)) end as back_fen
    from order_order as ord
    -- Order by order, by index: the refunds of other shows are nobody's business here.
    left join lateral (
        select sum(refund.amount_fen) as fen
        from pay_payment as payment join pay_refund as refund on refund.payment_id = payment.id
        where payment.purpose in ('order:' || ord.number, 'deposit:' || ord.number)
          and refund.reason not in ('late', 'twice') and ord.paid_at is not null
    ) as given_back on true
    where ord.show_id = :show and ord.placed_at < :till
)
select count(*),
       count(*) filter (where is_paid),
       count(*) filter (where state = 'expired'),
       count(*) filter (where is_paid and shipped_at is null and state in ('cancelled', 'refunded')),
       count(*) filter (where shipped_at is not null),
       coalesce(sum(pieces), 0)::bigint,
       coalesce(sum(pieces) filter (where is_paid), 0)::bigint,
       coalesce(sum(pieces) filter (where shipped_at is not null), 0)::bigint,
       coalesce(sum(pieces) filter (where shipped_at is not null
                                      and state in ('cancelled', 'refunded')), 0)::bigint,
       count(distinct person_id) filter (where is_paid),
       coalesce(sum(amount_fen) filter (where is_paid), 0)::bigint,
       coalesce(sum(back_fen), 0)::bigint,
       coalesce(sum(pieces * (ship_by - (placed_at at time zone :zone)::date)), 0)::bigint,
       count(*) filter (where (shipped_at at time zone :zone)::date <= ship_by),
       count(*) filter (where shipped_at is not null
                           or (is_paid and state not in ('cancelled', 'refunded')
                               and ship_by < (:now at time zone :zone)::date)),
       coalesce(sum((shipped_at at time zone :zone)::date - ship_by), 0)::bigint
from sold;

-- deposits_of_show
-- The pre-sales of a show: deposits paid, those of them that did not go back, orders gone on with,
-- and deposits kept. One that was kept is so no more once its balance came late.
select count(*),
       coalesce(sum(deposit.amount_fen) filter (
           where kept.is_kept or ord.state not in ('expired', 'cancelled', 'refunded')
       ), 0)::bigint,
       count(*) filter (where ord.paid_at is not null),
       coalesce(sum(deposit.amount_fen) filter (where kept.is_kept), 0)::bigint
from order_order as ord join order_deposit as deposit on deposit.order_id = ord.id
cross join lateral (
    select ord.paid_at is null and ord.state in ('expired', 'cancelled')
           and exists (select from order_orderstep as step
                       where step.order_id = ord.id and step.note like 'deposit_kept:%') as is_kept
) as kept
where ord.show_id = :show and ord.placed_at < :till and deposit.paid_at is not null;

-- unmet_of_show
-- Pieces of a show's offers that people stood in line for, sold out, and did not get.
select coalesce(sum(list.quantity), 0)::bigint
from order_waiting as list join offer_offer as offer on offer.id = list.offer_id
where offer.show_id = :show and list.joined_at < :till
  and list.state not in ('served', 'key_used');

-- repeat_buyers_of_show
-- Of those who paid on a show, how many have paid two orders or more, anywhere and ever.
with buyer as materialized (
    select distinct person_id from order_order
    where show_id = :show and placed_at < :till and paid_at is not null
)
select count(*) from buyer
where 2 = (select count(*) from (select from order_order as ord
                                 where ord.person_id = buyer.person_id and ord.paid_at is not null
                                 limit 2) as his);

-- ripening_of_show
-- The money of a show as it stood at several instants: paid, and what was to go back by then.
with sold as materialized (
    select id, number, quantity * unit_fen as amount_fen, paid_at,
           case when state in ('cancelled', 'refunded') then ended_at end as ended_at
    from order_order where show_id = :show and placed_at < :till and paid_at is not null
), instant as materialized (
    select distinct at from unnest(:instants::timestamptz[]) as instant (at)
), given_back as (
    select sold.id, instant.at, sum(refund.amount_fen) as fen
    from sold
    cross join lateral (
        select refund.amount_fen, refund.asked_at
        from pay_payment as payment join pay_refund as refund on refund.payment_id = payment.id
        where payment.purpose in ('order:' || sold.number, 'deposit:' || sold.number)
          and refund.reason not in ('late', 'twice')
        offset 0
    ) as refund
    join instant on refund.asked_at <= instant.at
    group by sold.id, instant.at
), at_instant as (
    select instant.at, sold.amount_fen,
           case when sold.ended_at <= instant.at then sold.amount_fen
                else least(sold.amount_fen, coalesce(given_back.fen, 0)) end as back_fen
    from instant
    join sold on sold.paid_at <= instant.at
    left join given_back on given_back.id = sold.id and given_back.at = instant.at
)
select instant.at, coalesce(sum(amount_fen), 0)::bigint, coalesce(sum(back_fen), 0)::bigint
from instant left join at_instant using (at)
group by instant.at order by instant.at;

-- offers_of_show
-- Each offer of a show: what was seen, clicked, held, paid and kept, and whether it was oversold.
with act as (
    select offer_id, count(*) filter (where kind = 'card_seen') as seen,
           count(*) filter (where kind = 'card_clicked') as clicked,
           count(distinct viewer) filter (where kind = 'card_clicked') as clickers
    from insight_act
    where show_id = :show and at >= :since and at < :till and offer_id is not null
    group by offer_id
), sold as (
    select ord.offer_id, count(*) as held, count(*) filter (where ord.paid_at is not null) as paid,
           count(distinct ord.person_id) filter (where ord.paid_at is not null) as buyers,
           sum(ord.quantity) filter (where ord.paid_at is not null) as pieces,
           sum(ord.quantity * ord.unit_fen) filter (where ord.paid_at is not null) as gross_fen,
           sum(case when ord.paid_at is null then 0
                    when ord.state in ('cancelled', 'refunded') then ord.quantity * ord.unit_fen
                    else least(ord.quantity * ord.unit_fen, coalesce(given_back.fen, 0)) end)
               as back_fen,
           min(ord.ship_by) as first_day, max(ord.ship_by) as last_day,
           min(ord.unit_fen) as lowest_fen, max(ord.unit_fen) as highest_fen
    from order_order as ord
    -- Order by order, by index: the refunds of other shows are nobody's business here.
    left join lateral (
        select sum(refund.amount_fen) as fen
        from pay_payment as payment join pay_refund as refund on refund.payment_id = payment.id
        where payment.purpose in ('order:' || ord.number, 'deposit:' || ord.number)
          and refund.reason not in ('late', 'twice') and ord.paid_at is not null
    ) as given_back on true
    where ord.show_id = :show and ord.placed_at < :till
    group by ord.offer_id
), accepted as (
    select offer_id, sum(quantity) as pieces from order_order
    where show_id = :show and (state not in ('expired', 'cancelled', 'refunded')
                               or shipped_at is not null)
    group by offer_id
)
select offer.id, offer.sku_id, sku.code, product.name_zh, product.name_en, sku.name_zh, sku.name_en,
       offer.released, offer.taken, coalesce(accepted.pieces, 0)::bigint,
       coalesce(act.seen, 0), coalesce(act.clicked, 0), coalesce(act.clickers, 0),
       coalesce(sold.held, 0), coalesce(sold.paid, 0), coalesce(sold.buyers, 0),
       coalesce(sold.pieces, 0)::bigint, coalesce(sold.gross_fen, 0)::bigint,
       coalesce(sold.back_fen, 0)::bigint, sold.first_day, sold.last_day,
       sold.lowest_fen, sold.highest_fen
from offer_offer as offer
join catalogue_sku as sku on sku.id = offer.sku_id
join catalogue_product as product on product.id = sku.product_id
left join act on act.offer_id = offer.id
left join sold on sold.offer_id = offer.id
left join accepted on accepted.offer_id = offer.id
where offer.show_id = :show
order by coalesce(sold.gross_fen, 0) desc, offer.id;

-- groups_of_show
-- The groups that were opened on a show, those that formed, and the people whom they brought: who
-- paid a seat of one that somebody else had opened.
select count(*), count(*) filter (where squad.state = 'formed'),
       coalesce(sum(seated.brought) filter (where squad.state = 'formed'), 0)::bigint
from order_group as squad join offer_offer as offer on offer.id = squad.offer_id
cross join lateral (
    select count(*) filter (where ord.person_id <> squad.opened_by_id
                              and ord.paid_at is not null) as brought
    from order_groupseat as seat join order_order as ord on ord.id = seat.order_id
    where seat.group_id = squad.id
) as seated
where offer.show_id = :show and offer.kind = 'group' and squad.opened_at < :till;

-- skus_of_show
-- Each SKU that a show sold and did not take back, on whatever offers: alone and in bundles. What
-- was off, and the margin that was left: the money without its tax, less what the pieces cost.
with piece as (
    select id, sku_id, quantity, price_id, quantity * unit_fen as amount_fen from order_order
    where show_id = :show and placed_at < :till and paid_at is not null
      and state not in ('cancelled', 'refunded') and rung_source <> 'parts'
    union all
    select ord.id, part.sku_id, part.quantity, part.price_id, part.amount_fen
    from order_order as ord join order_orderpart as part on part.order_id = ord.id
    where ord.show_id = :show and ord.placed_at < :till and ord.paid_at is not null
      and ord.state not in ('cancelled', 'refunded') and ord.rung_source = 'parts'
), reckoned as (
    select piece.*, piece.quantity * price.price_fen - piece.amount_fen as off_fen,
           piece.quantity * (price.material_fen + price.labour_fen + price.energy_fen
                             + price.overhead_fen + price.freight_fen + price.service_fen)
               as cost_fen,
           piece.amount_fen * 10000
               / (10000 + coalesce((price.assumptions ->> 'tax_bp')::bigint, 0)) as untaxed_fen
    from piece join price_priceversion as price on price.id = piece.price_id
)
select sku.id, sku.code, product.name_zh, product.name_en, sku.name_zh, sku.name_en,
       sum(one.quantity)::bigint, sum(one.amount_fen)::bigint, sum(one.off_fen)::bigint,
       sum(one.cost_fen)::bigint, sum(one.untaxed_fen - one.cost_fen)::bigint
from reckoned as one
join catalogue_sku as sku on sku.id = one.sku_id
join catalogue_product as product on product.id = sku.product_id
group by sku.id, product.id
order by sum(one.amount_fen) desc, sku.id;

-- ledger_of_show
-- The ledger behind a show's offers: SKUs whose accounts do not add up to nought, or fell below.
select count(*),
       coalesce(sum((total <> 0)::int), 0)::bigint,
       coalesce(sum(below), 0)::bigint
from (
    select sku_id, sum(quantity) as total,
           count(*) filter (where quantity < 0 and account not in ('made', 'planned')) as below
    from stock_balance
    where sku_id in (select sku_id from offer_offer where show_id = :show
                     union
                     select part.sku_id from offer_offerpart as part
                     join offer_offer as offer on offer.id = part.offer_id
                     where offer.show_id = :show)
    group by sku_id
) as accounts;

-- watched_by_minute
-- Viewers and watch time of each minute of a show.
select minute, count(*) filter (where watched_ms > 0), coalesce(sum(watched_ms), 0)::bigint
from insight_viewing
where show_id = :show and minute >= date_trunc('minute', :since::timestamptz) and minute < :till
group by minute;

-- clicked_by_minute
-- Cards seen and clicked in each minute of a show.
select date_trunc('minute', at), count(*) filter (where kind = 'card_seen'),
       count(*) filter (where kind = 'card_clicked')
from insight_act
where show_id = :show and at >= :since and at < :till
group by 1;

-- ordered_by_minute
-- Orders placed in each minute of a show, those of them that were paid, and that money.
select date_trunc('minute', placed_at), count(*), count(*) filter (where paid_at is not null),
       coalesce(sum(quantity * unit_fen) filter (where paid_at is not null), 0)::bigint
from order_order
where show_id = :show and placed_at >= :since and placed_at < :till
group by 1;

-- said_by_minute
-- Lines that viewers said in each minute of a show.
select date_trunc('minute', said_at), count(*)
from show_chatline
where show_id = :show and said_at >= :since and said_at < :till and role in ('', 'visitor')
group by 1;

-- days_given
-- The ship-by days that were promised on a show: orders, pieces, and those of them paid.
select ship_by, source, count(*), sum(pieces)::bigint,
       count(*) filter (where paid_at is not null)
from (
    select ship_by, rung_source as source, quantity as pieces, paid_at from order_order
    where show_id = :show and placed_at < :till and rung_source <> 'parts'
    union all
    -- A bundle ships on its own day, from the plan if anything of it does.
    select ord.ship_by, case when bool_or(part.rung_source = 'plan') then 'plan' else 'stock' end,
           sum(part.quantity), ord.paid_at
    from order_order as ord join order_orderpart as part on part.order_id = ord.id
    where ord.show_id = :show and ord.placed_at < :till and ord.rung_source = 'parts'
    group by ord.id
) as one
group by ship_by, source order by ship_by, source;

-- questions_of_show
-- What viewers asked, oldest first, and which segment was on then; hidden lines are left out.
select line.text, line.viewer, segment.id
from show_chatline as line
left join show_segment as segment
    on segment.show_id = line.show_id and segment.began_at <= line.said_at
   and (segment.ended_at is null or segment.ended_at > line.said_at)
where line.show_id = :show and line.said_at >= :since and line.said_at < :till
  and line.is_question and not line.is_hidden and line.role in ('', 'visitor')
order by line.said_at, line.id limit :at_most;

-- prices_on_air
-- How often prices of a show's SKUs were changed while it was on air; a first price is no change.
select count(*) from price_priceversion
where sku_id in (select sku_id from offer_offer where show_id = :show
                 union
                 select part.sku_id from offer_offerpart as part
                 join offer_offer as offer on offer.id = part.offer_id
                 where offer.show_id = :show)
  and version > 1 and lower(during) >= :since and lower(during) < :till;

-- orders_after_show
-- What was ordered on a show's offers after it had ended, from its replay.
select count(*), count(*) filter (where paid_at is not null),
       coalesce(sum(quantity * unit_fen) filter (where paid_at is not null), 0)::bigint
from order_order where show_id = :show and placed_at >= :till;

-- reports_due
-- Shows that ended and have no report since one of the days on which their figures ripen.
select show.id from show_show as show
where show.state = 'ended' and show.ended_at is not null and show.on_air_at is not null
  and exists (
      select from unnest(:days::int[]) as ripe (days)
      where show.ended_at + make_interval(days => ripe.days) <= :now
        and not exists (
            select from insight_report as report
            where report.show_id = show.id
              and report.made_at >= show.ended_at + make_interval(days => ripe.days)
        )
  )
order by show.ended_at limit :at_most;
