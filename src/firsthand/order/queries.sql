-- Queries of the order floor.
--
-- Locks are taken in this order and no other: a group, orders by id, then the doors of their SKUs by id
-- (stock: lock_on_offer), then feeds by name. A press has no order yet, so its batch begins
-- with the doors; whoever passed a door may read and change the offers and rungs behind it.

-- go_by_index
-- Plans that are made in this transaction go by index, and so do the checks at its end.
select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
       set_config('enable_mergejoin', 'off', true);

-- answered
-- Presses of this batch that were held earlier: looked up one by one, never the other way round.
select press.person_id, press.key, held.*
from unnest(:person_ids::bigint[], :keys::uuid[]) as press (person_id, key)
cross join lateral (
    select number, ship_by, rung_source, hold_until, offer_id, quantity from order_order
    where person_id = press.person_id and key = press.key
    offset 0
) as held;

-- bought
-- What these people have of these offers already, and have not given back; and (offer 0: any other)
-- what they hold unpaid, or let go unpaid since an instant.
select person_id, case when offer_id = any (:offer_ids::bigint[]) then offer_id else 0 end as of,
       coalesce(sum(quantity) filter (
           where state not in ('expired', 'cancelled', 'refunded')), 0)::bigint,
       count(*) filter (where state = 'held'),
       min(hold_until) filter (where state = 'held'),
       count(*) filter (where state in ('expired', 'cancelled') and paid_at is null
                          and ended_at > :since),
       min(ended_at) filter (where state in ('expired', 'cancelled') and paid_at is null
                               and ended_at > :since)
from (
    -- Picked within the index (one_order_a_press): the orders of earlier years are not visited.
    -- Nothing is held for longer than a day, so what is held now was placed since two days.
    select id from order_order
    where person_id = any (:person_ids::bigint[])
      and (offer_id = any (:offer_ids::bigint[])
           or placed_at > :since::timestamptz - interval '1 day')
    offset 0
) as his
cross join lateral (select * from order_order where id = his.id offset 0) as ord
where state = 'held'
   or (offer_id = any (:offer_ids::bigint[])
       and state not in ('expired', 'cancelled', 'refunded'))
   or (state in ('expired', 'cancelled') and paid_at is null and ended_at > :since)
group by person_id, of;

-- write
-- The orders of one batch, each with its first step.
with written as (
    insert into order_order
        (number, person_id, key, show_id, offer_id, sku_id, quantity, price_id, unit_fen,
         ship_by, rung_source, address_id, state, placed_at, hold_until)
    select number, person_id, key, show_id, offer_id, sku_id, quantity, price_id, unit_fen,
           ship_by, rung_source, address_id, 'held', :now::timestamptz,
           :now::timestamptz + held_us * interval '1 microsecond'
    from unnest(:numbers::text[], :person_ids::bigint[], :keys::uuid[], :show_ids::bigint[],
                :offer_ids::bigint[], :sku_ids::bigint[], :quantities::integer[],
                :price_ids::bigint[], :prices_fen::bigint[], :days::date[], :sources::text[],
                :address_ids::bigint[], :held_us::bigint[])
         as press (number, person_id, key, show_id, offer_id, sku_id, quantity, price_id,
                   unit_fen, ship_by, rung_source, address_id, held_us)
    returning id
)
insert into order_orderstep (order_id, state, note, at)
select id, 'held', '', :now::timestamptz from written;

-- write_parts
-- What the orders of bundles among them hold of each SKU.
insert into order_orderpart
    (order_id, sku_id, quantity, price_id, amount_fen, ship_by, rung_source)
select ord.id, part.sku_id, part.quantity, part.price_id, part.amount_fen, part.ship_by,
       part.source
from unnest(:numbers::text[], :sku_ids::bigint[], :quantities::integer[], :price_ids::bigint[],
            :amounts_fen::bigint[], :days::date[], :sources::text[])
     as part (number, sku_id, quantity, price_id, amount_fen, ship_by, source)
join order_order as ord on ord.number = part.number;

-- parts
-- What orders of bundles hold of each SKU.
select order_id, sku_id, quantity, ship_by, rung_source, set_aside_at from order_orderpart
where order_id = any (:order_ids::bigint[]) order by order_id, id;

-- move_parts
-- An order of a bundle has other rungs than before: it was taken once more.
update order_orderpart as part set ship_by = rung.ship_by, rung_source = rung.source
from unnest(:sku_ids::bigint[], :days::date[], :sources::text[]) as rung (sku_id, ship_by, source)
where part.order_id = :order_id and part.sku_id = rung.sku_id;

-- set_aside
-- Pieces are packed for parts of orders.
update order_orderpart as part set set_aside_at = :now::timestamptz
from unnest(:order_ids::bigint[], :sku_ids::bigint[]) as packed (order_id, sku_id)
where (part.order_id, part.sku_id) = (packed.order_id, packed.sku_id);

-- write_deposits
-- The terms of deposit of the pre-sale orders of one batch.
insert into order_deposit (order_id, amount_fen, is_kept, balance_opens_at, balance_due_at)
select held.id, told.amount_fen, told.is_kept, told.opens_at, told.due_at
from unnest(:numbers::text[], :amounts_fen::bigint[], :kept::boolean[], :opens::timestamptz[],
            :dues::timestamptz[]) as told (number, amount_fen, is_kept, opens_at, due_at)
join order_order as held on held.number = told.number;

-- deposit_tallies
-- How the pre-sales of some offers fared: deposits and balances paid, deposits kept.
select ord.offer_id,
       count(*) filter (where deposit.paid_at is not null),
       coalesce(sum(deposit.amount_fen) filter (where deposit.paid_at is not null), 0)::bigint,
       count(*) filter (where deposit.paid_at is not null and ord.paid_at is not null),
       count(*) filter (where kept.is_kept),
       coalesce(sum(deposit.amount_fen) filter (where kept.is_kept), 0)::bigint
from order_order as ord
join order_deposit as deposit on deposit.order_id = ord.id
cross join lateral (
    select ord.state in ('expired', 'cancelled') and ord.paid_at is null
           and exists (select from order_orderstep as step
                       where step.order_id = ord.id and step.note like 'deposit_kept:%') as is_kept
) as kept
where ord.offer_id = any (:offer_ids::bigint[])
group by ord.offer_id;

-- lock_overdue
-- Holds that nobody paid in time, locked; what somebody else is busy with is left for later.
select id, number, show_id, offer_id, sku_id, quantity, ship_by, rung_source
from order_order
where state in ('held', 'deposited') and hold_until <= :now
order by hold_until, id limit :at_most
for no key update skip locked;

-- step
-- Orders take a step, and note when.
with moved as (
    update order_order set
        state = :state,
        ready_at = case when :state = 'ready' then :now::timestamptz else ready_at end,
        ended_at = case when :state in ('expired', 'cancelled', 'refunded')
                        then :now::timestamptz else ended_at end
    where id = any (:order_ids::bigint[])
    returning id
)
insert into order_orderstep (order_id, state, note, at)
select id, :state, :note, :now::timestamptz from moved order by id;

-- lock_untold_risks
-- Orders with a deposit whose promised day is at risk, and who were not told so, locked.
select ord.id from order_deposit as deposit
join order_order as ord on ord.id = deposit.order_id
join promise_rung as rung on rung.sku_id = ord.sku_id and rung.ship_by = ord.ship_by
                         and rung.source = ord.rung_source
where deposit.paid_at is not null and deposit.balance_due_at > :now
  and ord.state = 'deposited' and rung.at_risk > 0
  and not exists (select from order_orderstep as step
                  where step.order_id = ord.id and step.note = 'at_risk')
order by ord.id limit :at_most
for no key update of ord skip locked;

-- lock_balances_to_tell
-- Orders whose balance can be paid since an instant that came after their deposit, or falls due
-- within a day, and whose buyers were not told so, locked; and which of both, the later one.
select ord.id, news.note from order_deposit as deposit
join order_order as ord on ord.id = deposit.order_id
cross join lateral (
    select note, since
    from (values
        ('balance_open', deposit.balance_opens_at),
        ('balance_due', case when deposit.balance_opens_at is null
                               or deposit.balance_opens_at < deposit.balance_due_at - :soon::interval
                             then deposit.balance_due_at - :soon::interval end)
    ) as known (note, since)
    where since <= :now order by since desc limit 1
) as news
where deposit.paid_at < news.since and deposit.balance_due_at > :now
  and ord.state = 'deposited'
  and not exists (select from order_orderstep as step
                  where step.order_id = ord.id and step.note = news.note)
order by ord.id limit :at_most
for no key update of ord skip locked;

-- remark
-- Something happened to orders that moves none of them on.
insert into order_orderstep (order_id, state, note, at)
select ord.id, ord.state, remark.note, :now::timestamptz
from unnest(:order_ids::bigint[], :notes::text[]) as remark (order_id, note)
join order_order as ord on ord.id = remark.order_id
order by ord.id;

-- skus_waiting
-- SKUs of which paid orders wait for their pieces, the promises that fall due first before others.
select sku_id from (
    select sku_id, ship_by from order_order
    where state in ('paid', 'making') and rung_source <> 'parts'
    union all
    select part.sku_id, part.ship_by
    from order_order as ord join order_orderpart as part on part.order_id = ord.id
    where ord.rung_source = 'parts' and ord.state in ('paid', 'making')
      and part.set_aside_at is null
) as waiting
group by sku_id order by min(ship_by), sku_id limit :at_most;

-- lock_waiting
-- Paid orders that wait for pieces of these SKUs, locked; of bundles, the parts are read apart.
select id, sku_id, ship_by, quantity, state, rung_source from order_order
where state in ('paid', 'making') and id in (
    select id from order_order
    where sku_id = any (:sku_ids::bigint[]) and state in ('paid', 'making')
      and rung_source <> 'parts'
    union all
    select part.order_id
    from order_orderpart as part join order_order as ord on ord.id = part.order_id
    where part.sku_id = any (:sku_ids::bigint[]) and part.set_aside_at is null
      and ord.rung_source = 'parts' and ord.state in ('paid', 'making')
)
order by id for no key update;

-- ready
-- Pieces of these SKUs that are packed and have not shipped, those of parts of bundles too.
select sku_id, sum(quantity)::bigint from (
    select sku_id, quantity from order_order
    where sku_id = any (:sku_ids::bigint[]) and state = 'ready' and rung_source <> 'parts'
      and state in ('paid', 'making', 'ready')
    union all
    select part.sku_id, part.quantity
    from order_order as ord join order_orderpart as part on part.order_id = ord.id
    where ord.rung_source = 'parts' and ord.state in ('paid', 'making', 'ready')
      and part.sku_id = any (:sku_ids::bigint[]) and part.set_aside_at is not null
) as packed
group by sku_id;

-- held_of
-- Orders that hold pieces of these SKUs and are not paid yet, or not wholly.
select sku_id, ship_by, id, quantity from order_order
where state in ('held', 'deposited', 'grouping') and sku_id = any (:sku_ids::bigint[])
  and rung_source <> 'parts'
union all
select part.sku_id, part.ship_by, ord.id, part.quantity
from order_order as ord join order_orderpart as part on part.order_id = ord.id
where ord.rung_source = 'parts' and ord.state in ('held', 'deposited', 'grouping')
  and part.sku_id = any (:sku_ids::bigint[]);

-- books_off
-- SKUs whose orders and ledger disagree: pieces held, sold (paid, not shipped) or shipped.
with pieces as (
    select sku_id, quantity, state, shipped_at from order_order where rung_source <> 'parts'
    union all
    select part.sku_id, part.quantity, ord.state, ord.shipped_at
    from order_orderpart as part join order_order as ord on ord.id = part.order_id
), ordered as (
    select sku_id,
           case when state in ('paid', 'making', 'ready') then 'sold'
                when state in ('held', 'deposited', 'grouping') then 'held'
                else 'shipped' end as account,
           sum(quantity)::bigint as quantity
    from pieces
    where state in ('held', 'deposited', 'grouping', 'paid', 'making', 'ready', 'shipped',
                    'delivered')
       or (state = 'refunded' and shipped_at is not null)
    group by 1, 2
)
select sku_id, account, coalesce(balance.quantity, 0), coalesce(ordered.quantity, 0)
from (select sku_id, account, quantity from stock_balance
      where account in ('held', 'sold', 'shipped')) as balance
full join ordered using (sku_id, account)
where coalesce(balance.quantity, 0) <> coalesce(ordered.quantity, 0)
order by sku_id, account;

-- groups_to_join
-- Groups that somebody wants to join, with the people who have a seat in them.
select squad.id, squad.offer_id, squad.seats, squad.expires_at, squad.state,
       array(select ord.person_id from order_groupseat as seat
             join order_order as ord on ord.id = seat.order_id
             where seat.group_id = squad.id and ord.state in ('held', 'grouping'))
from order_group as squad where squad.id = any (:group_ids::bigint[]);

-- group_ids
-- Names for groups that may be opened; those that are not used are not missed.
select nextval('order_group_id_seq') from generate_series(1, :count::bigint);

-- seats_of
-- The seats that orders have in their groups, and how many are taken there now.
select ord.number, squad.id, squad.seats,
       (select count(*) from order_groupseat as other
        join order_order as theirs on theirs.id = other.order_id
        where other.group_id = squad.id
          and theirs.state not in ('expired', 'cancelled', 'refunded')),
       squad.expires_at
from order_order as ord
join order_groupseat as seat on seat.order_id = ord.id
join order_group as squad on squad.id = seat.group_id
where ord.number = any (:numbers::text[]);

-- squad_of
-- The group in which an order has, or had, a seat, and how far it is.
select squad.id, squad.seats, squad.state, squad.expires_at, squad.formed_at,
       count(*) filter (where theirs.state not in ('expired', 'cancelled', 'refunded')),
       count(*) filter (where theirs.state not in ('held', 'expired', 'cancelled', 'refunded'))
from order_group as squad
join order_groupseat as other on other.group_id = squad.id
join order_order as theirs on theirs.id = other.order_id
where squad.id = (select seat.group_id from order_groupseat as seat
                  join order_order as ord on ord.id = seat.order_id where ord.number = :number)
group by squad.id;

-- open_groups
-- Groups are opened.
insert into order_group (id, offer_id, opened_by_id, seats, state, opened_at, expires_at)
select one.id, one.offer_id, one.person_id, one.seats, 'forming', :now::timestamptz, one.until
from unnest(:group_ids::bigint[], :offer_ids::bigint[], :person_ids::bigint[], :seats::integer[],
            :untils::timestamptz[]) as one (id, offer_id, person_id, seats, until);

-- take_seats
-- New orders take their seats.
insert into order_groupseat (order_id, group_id)
select ord.id, one.group_id
from unnest(:numbers::text[], :group_ids::bigint[]) as one (number, group_id)
join order_order as ord on ord.number = one.number;

-- lock_group_of
-- The group in which an order has a seat, locked; none for an order that has none.
select squad.id, squad.offer_id, squad.seats, squad.state, squad.expires_at
from order_group as squad
where squad.id = (select seat.group_id from order_groupseat as seat
                  join order_order as ord on ord.id = seat.order_id
                  where ord.number = :number)
for no key update;

-- lock_seated
-- The orders that have a seat in forming groups, locked.
select ord.id, ord.number, ord.show_id, ord.offer_id, ord.sku_id, ord.quantity, ord.ship_by,
       ord.rung_source, seat.group_id, ord.state, ord.quantity * ord.unit_fen
from order_groupseat as seat
join order_order as ord on ord.id = seat.order_id
where seat.group_id = any (:group_ids::bigint[]) and ord.state in ('held', 'grouping')
order by ord.id for no key update of ord;

-- lock_groups_overdue
-- Forming groups whose time is up, locked; what somebody is busy with is left for later.
select id, offer_id, seats, state, expires_at from order_group
where state = 'forming' and expires_at <= :now
order by expires_at, id limit :at_most
for no key update skip locked;

-- form_group
-- A group has formed: it is what all its orders waited for.
with formed as (
    update order_group set state = 'formed', formed_at = :now where id = :group_id returning id
), paid as (
    update order_order set state = 'paid', paid_at = :now
    from formed where order_order.id = any (:order_ids::bigint[])
    returning order_order.id
)
insert into order_orderstep (order_id, state, note, at)
select id, 'paid', 'group_formed', :now::timestamptz from paid order by id;

-- expire_groups
-- Groups that did not form in time.
update order_group set state = 'expired' where id = any (:group_ids::bigint[]);

-- seats_given_up
-- Forming groups in which these orders had a seat, and how many seats are taken in them now.
select squad.id, squad.offer_id, squad.seats, offer.show_id,
       (select count(*) from order_groupseat as other
        join order_order as theirs on theirs.id = other.order_id
        where other.group_id = squad.id and theirs.state in ('held', 'grouping')) as taken
from order_group as squad join offer_offer as offer on offer.id = squad.offer_id
where squad.state = 'forming'
  and squad.id in (select group_id from order_groupseat where order_id = any (:order_ids::bigint[]))
order by squad.id;

-- groups_forming
-- Groups of offers that one may still join, a few of each: those that lack the fewest first.
-- Of very many only those are looked at that end soonest, so that asking costs no more.
select offer_id, id, seats, taken, expires_at from (
    select squad.*, seated.taken,
           row_number() over (partition by squad.offer_id
                              order by squad.seats - seated.taken, squad.expires_at, squad.id)
           as place
    from unnest(:offer_ids::bigint[]) as asked (offer_id)
    cross join lateral (
        select id, offer_id, seats, expires_at from order_group
        where offer_id = asked.offer_id and state = 'forming' and expires_at > :now
        order by expires_at limit 100
    ) as squad
    cross join lateral (
        select count(*) as taken from order_groupseat as seat
        join order_order as ord on ord.id = seat.order_id
        where seat.group_id = squad.id and ord.state in ('held', 'grouping')
    ) as seated
    where seated.taken between 1 and squad.seats - 1
) as ranked
where place <= :at_most order by offer_id, place;

-- first_waiting
-- The first people on the lists of offers: no more of them than pieces are there.
select first.* from unnest(:offer_ids::bigint[], :at_most::bigint[]) as list (offer_id, at_most)
cross join lateral (
    select id, offer_id, person_id, key, quantity, unit_fen, address_id from order_waiting
    where offer_id = list.offer_id and state = 'waiting'
    order by id limit list.at_most
) as first
order by first.id;

-- places
-- Where these people stand on the lists of these offers: which place, and how many pieces ahead.
select offer_id, person_id, place, ahead from (
    select offer_id, person_id,
           row_number() over list as place,
           (sum(quantity) over list - quantity)::bigint as ahead
    from order_waiting where offer_id = any (:offer_ids::bigint[]) and state = 'waiting'
    window list as (partition by offer_id order by id)
) as line
where person_id = any (:person_ids::bigint[]);

-- people_waiting
-- How many people stand on each of these lists.
select offer_id, count(*) from order_waiting
where offer_id = any (:offer_ids::bigint[]) and state = 'waiting'
group by offer_id;

-- join
-- People join lists, in their order: it is the order of the ids.
insert into order_waiting
    (offer_id, person_id, key, quantity, unit_fen, address_id, state, joined_at)
select press.offer_id, press.person_id, press.key, press.quantity, press.unit_fen,
       press.address_id, 'waiting', :now::timestamptz
from unnest(:offer_ids::bigint[], :person_ids::bigint[], :keys::uuid[], :quantities::integer[],
            :prices_fen::bigint[], :address_ids::bigint[]) with ordinality
     as press (offer_id, person_id, key, quantity, unit_fen, address_id, position)
order by press.position;

-- end_waiting
-- People wait no more, each for a reason; whoever was served has the order of his key.
update order_waiting as line
set state = gone.state, ended_at = :now::timestamptz,
    order_id = case when gone.state = 'served' then (
        select id from order_order where person_id = line.person_id and key = line.key
    ) end
from unnest(:waiting_ids::bigint[], :states::text[]) as gone (id, state)
where line.id = gone.id and line.state = 'waiting';

-- close_list
-- The sale has ended: so many of those who waited for it, the first of them first, wait no more.
with gone as (
    select id from order_waiting where offer_id = :offer_id and state = 'waiting'
    order by id limit :at_most
)
update order_waiting as line set state = 'closed', ended_at = :now::timestamptz
from gone where line.id = gone.id
returning line.id, line.quantity;

-- lists_to_serve
-- Offers that people wait for, and of which pieces are free or the sale has ended.
select id from offer_offer
where waiting > 0 and (released > taken or state = 'closed' or closes_at <= :now)
order by id;

-- lists_off
-- Offers that say another number of pieces waited for than their lists.
select offer.id, offer.waiting, coalesce(list.quantity, 0)
from offer_offer as offer
left join (select offer_id, sum(quantity)::bigint as quantity from order_waiting
           where state = 'waiting' group by offer_id) as list on list.offer_id = offer.id
where offer.waiting <> coalesce(list.quantity, 0)
order by offer.id;

-- group_tallies
-- How the groups of offers fared, and how many people were brought by those who opened them.
select squad.offer_id, count(*), count(*) filter (where squad.state = 'forming'),
       count(*) filter (where squad.state = 'formed'),
       count(*) filter (where squad.state = 'expired'),
       coalesce(sum(sold.orders), 0)::bigint, coalesce(sum(sold.brought), 0)::bigint
from order_group as squad
cross join lateral (
    select count(*) as orders,
           count(*) filter (where ord.person_id <> squad.opened_by_id) as brought
    from order_groupseat as seat join order_order as ord on ord.id = seat.order_id
    where seat.group_id = squad.id and squad.state = 'formed' and ord.paid_at is not null
) as sold
where squad.offer_id = any (:offer_ids::bigint[])
group by squad.offer_id;
