-- Queries of the offer. What was released and taken is changed under the SKU's door alone.

-- skus_of
-- Which SKU each offer is of, or is shown by, and whether there are more; it never changes.
select id, sku_id, kind from offer_offer where id = any (:offer_ids::bigint[]);

-- parts
-- What is in bundles; it never changes.
select offer_id, sku_id, each from offer_offerpart
where offer_id = any (:offer_ids::bigint[]) order by offer_id, id;

-- terms
-- All that a buyer's press is held against.
select id, show_id, sku_id, state, limit_per_person, opens_at, closes_at, released, taken, kind,
       discount_fen, deposit_fen, deposit_is_kept, balance_opens_at, balance_due_at, group_size,
       group_minutes, waiting
from offer_offer where id = any (:offer_ids::bigint[]);

-- change_taken
-- Pieces were taken from offers (or, below nought, given back). The table refuses too many.
update offer_offer as offer set taken = offer.taken + goods.quantity
from unnest(:offer_ids::bigint[], :quantities::bigint[]) as goods (offer_id, quantity)
where offer.id = goods.offer_id;

-- change_released
-- Pieces were put on offers (or, below nought, taken off).
update offer_offer as offer set released = offer.released + goods.quantity
from unnest(:offer_ids::bigint[], :quantities::bigint[]) as goods (offer_id, quantity)
where offer.id = goods.offer_id;

-- change_waiting
-- People wait for more pieces of offers (or, below nought, for fewer).
update offer_offer as offer set waiting = offer.waiting + goods.quantity
from unnest(:offer_ids::bigint[], :quantities::bigint[]) as goods (offer_id, quantity)
where offer.id = goods.offer_id;

-- open_many
-- Offers of many SKUs are opened at once; those that were closed or drafts open again.
insert into offer_offer
    (show_id, sku_id, state, limit_per_person, discount_fen, opens_at, closes_at, released, taken)
select :show_id, line.sku_id, 'open', line.limit_per_person, line.discount_fen,
       :opens_at::timestamptz, :closes_at::timestamptz, 0, 0
from unnest(:sku_ids::bigint[], :limits::integer[], :discounts_fen::bigint[])
     as line (sku_id, limit_per_person, discount_fen)
order by line.sku_id
on conflict (show_id, sku_id, kind) where not (kind = 'bundle') do update
   set state = 'open', limit_per_person = excluded.limit_per_person,
       discount_fen = excluded.discount_fen,
       opens_at = excluded.opens_at, closes_at = excluded.closes_at
returning id;

-- open_group_buy
-- A group-buy of a SKU is opened, or opened again on new terms; nothing if it is open.
insert into offer_offer
    (show_id, sku_id, state, limit_per_person, opens_at, closes_at, kind, discount_fen,
     group_size, group_minutes)
values (:show_id, :sku_id, 'open', :limit_per_person, :opens_at::timestamptz,
        :closes_at::timestamptz, 'group', :discount_fen, :group_size, :group_minutes)
on conflict (show_id, sku_id, kind) where not (kind = 'bundle') do update
   set state = 'open', limit_per_person = excluded.limit_per_person,
       opens_at = excluded.opens_at, closes_at = excluded.closes_at,
       discount_fen = excluded.discount_fen, group_size = excluded.group_size,
       group_minutes = excluded.group_minutes
   where offer_offer.state <> 'open'
returning id;

-- open_bundle
-- An offer of several SKUs is opened. What is in it is never changed.
with opened as (
    insert into offer_offer
        (show_id, sku_id, kind, state, name_zh, name_en, limit_per_person, discount_fen, opens_at,
         closes_at)
    values (:show_id, :sku_id, 'bundle', 'open', :name_zh, :name_en, :limit_per_person,
            :discount_fen, :opens_at::timestamptz, :closes_at::timestamptz)
    returning id
), filled as (
    insert into offer_offerpart (offer_id, sku_id, each)
    select opened.id, part.sku_id, part.each
    from opened, unnest(:sku_ids::bigint[], :each::integer[]) as part (sku_id, each)
)
select id from opened;

-- open_presale
-- A pre-sale is opened; one that was closed or a draft opens again, on these terms.
insert into offer_offer
    (show_id, sku_id, kind, state, limit_per_person, opens_at, closes_at, released, taken,
     deposit_fen, deposit_is_kept, balance_opens_at, balance_due_at, discount_fen)
values (:show_id, :sku_id, 'presale', 'open', :limit, :opens_at::timestamptz,
        :closes_at::timestamptz, 0, 0, :deposit_fen, :deposit_is_kept,
        :balance_opens_at::timestamptz, :balance_due_at::timestamptz, :discount_fen)
on conflict (show_id, sku_id, kind) where not (kind = 'bundle') do update
   set state = 'open', limit_per_person = excluded.limit_per_person,
       opens_at = excluded.opens_at, closes_at = excluded.closes_at,
       deposit_fen = excluded.deposit_fen, deposit_is_kept = excluded.deposit_is_kept,
       balance_opens_at = excluded.balance_opens_at, balance_due_at = excluded.balance_due_at,
       discount_fen = excluded.discount_fen
returning id;

-- open_already
-- Which of these SKUs are on an open offer of this show already.
select sku_id from offer_offer
where show_id = :show_id and sku_id = any (:sku_ids::bigint[]) and state = 'open'
      and kind = :kind
order by sku_id;

-- close
-- Offers are closed.
update offer_offer set state = 'closed' where id = any (:offer_ids::bigint[]);

-- closed_with_pieces
-- Which of these offers are closed, and still hold pieces that came back to them.
select id from offer_offer
where id = any (:offer_ids::bigint[]) and state = 'closed' and released > taken;

-- books_off
-- SKUs whose offers and ledger disagree about what is on offer. A bundle has pieces of each part.
with offered as (
    select sku_id, sum(quantity)::bigint as quantity from (
        select sku_id, released - taken as quantity from offer_offer where kind <> 'bundle'
        union all
        select part.sku_id, part.each * (offer.released - offer.taken)
        from offer_offer as offer join offer_offerpart as part on part.offer_id = offer.id
        where offer.kind = 'bundle'
    ) as one
    group by sku_id
)
select sku_id, coalesce(balance.quantity, 0), coalesce(offered.quantity, 0)
from (select sku_id, quantity from stock_balance where account = 'on_offer') as balance
full join offered using (sku_id)
where coalesce(balance.quantity, 0) <> coalesce(offered.quantity, 0)
order by sku_id;
