-- Queries of the show: the room's state, and what many people do in it at once.

-- snapshot
-- All that a room shows and the number of the fact it agrees with: one statement sees one moment.
select coalesce((select last_seq from kit_feed where name = 'show:' || show.id), 0),
       show.state, show.segment_id, show.viewers, show.likes,
       (select coalesce(jsonb_agg(jsonb_build_array(at_ms, id, kind, offer_id, segment_id, text)
                                  order by at_ms, id), '[]')
        from show_cue where show_id = show.id),
       (select coalesce(jsonb_agg(jsonb_build_array(id, name, role, text,
                                                    round(extract(epoch from said_at) * 1000)::bigint,
                                                    is_question, is_hidden)
                                  order by id), '[]')
        from (select * from show_chatline where show_id = show.id
              order by id desc limit :chat_kept) line),
       (select coalesce(jsonb_agg(jsonb_build_array(offer.id, offer.sku_id, offer.state,
                                                    offer.released - offer.taken,
                                                    offer.limit_per_person,
                                                    coalesce(price.price_fen, 0),
                                                    coalesce(price.version, 0),
                                                    offer.discount_fen, goods.prices)), '[]')
        from offer_offer offer
        cross join lateral (
            -- Of a bundle, or of what is sold for less: what the price of one is reckoned from.
            select coalesce(jsonb_agg(jsonb_build_array(part.sku_id, part.each,
                                                        coalesce(its.price_fen, 0),
                                                        coalesce(its.floor_fen, 0))
                                      order by part.id), '[]') as prices
            from (select id, sku_id, each from offer_offerpart where offer_id = offer.id
                  union all
                  select 0, offer.sku_id, 1
                  where offer.kind <> 'bundle' and offer.discount_fen > 0) as part
            left join price_priceversion its
                   on its.sku_id = part.sku_id and upper_inf(its.during)
        ) as goods
        left join price_priceversion price
               on price.sku_id = offer.sku_id and upper_inf(price.during)
        where offer.show_id = show.id and offer.state <> 'draft')
from show_show show where show.id = :show_id;

-- speakers
-- The names and roles of those who speak.
select id, name, roles from people_person where id = any(:person_ids::bigint[]) and is_active;

-- talking_shows
-- The shows whose chat is open, with the host of each.
select id, host_id from show_show where id = any(:show_ids::bigint[]) and state <> 'ended';

-- said_lately
-- How many lines each of some viewers said in the last seconds.
select said.show_id, said.viewer, count(line.id)
from unnest(:show_ids::bigint[], :viewers::text[]) as said (show_id, viewer)
left join show_chatline line
       on line.show_id = said.show_id and line.viewer = said.viewer
      and line.said_at > now() - make_interval(secs => :seconds)
group by said.show_id, said.viewer;

-- lines_by_key
-- Lines that were said before, by the key that the speaker's browser made.
select line.id, line.show_id, line.viewer, line.key
from unnest(:show_ids::bigint[], :viewers::text[], :keys::uuid[]) as asked (show_id, viewer, key)
join show_chatline line using (show_id, viewer, key);

-- write_lines
-- Write lines in the order in which they were said.
insert into show_chatline
    (show_id, person_id, viewer, key, name, role, text, is_question, is_hidden)
select show_id, nullif(person_id, 0), viewer, key, name, role, text, is_question, false
from unnest(:show_ids::bigint[], :person_ids::bigint[], :viewers::text[], :keys::uuid[],
            :names::text[], :roles::text[], :texts::text[], :questions::boolean[])
     with ordinality
     as said (show_id, person_id, viewer, key, name, role, text, is_question, place)
order by place
returning id, show_id, viewer, key, round(extract(epoch from said_at) * 1000)::bigint;

-- add_likes
-- Count likes that were gathered; how many there are now.
update show_show set likes = likes + :likes where id = :show_id and state <> 'ended'
returning likes;

-- lock_count
-- Processes count one after the other: two that left at once would each still see the other.
select id from show_show where id = :show_id for no key update;

-- say_presence
-- A process says how many viewers it has in a room.
insert into show_presence (show_id, process, viewers, said_at)
values (:show_id, :process, :viewers, now())
on conflict (show_id, process) do update
   set viewers = excluded.viewers, said_at = excluded.said_at;

-- forget_presences
-- What processes said that are long gone.
delete from show_presence where show_id = :show_id and said_at < now() - interval '1 hour';

-- count_viewers
-- Note the sum of what living processes say, if it is another; nothing comes back if it is not.
update show_show set viewers = fresh.viewers
from (select coalesce(sum(viewers), 0)::int as viewers from show_presence
      where show_id = :show_id and said_at > now() - make_interval(secs => :fresh_seconds)) fresh
where id = :show_id and show_show.viewers <> fresh.viewers
returning show_show.viewers;

-- move_segment
-- Put a segment at a position and move those between by one; the order of the rest stays.
update show_segment set position = case
    when id = :segment_id then :to_position
    when :to_position < :from_position then position + 1
    else position - 1 end
where show_id = :show_id
  and position between least(:from_position::int, :to_position::int)
                   and greatest(:from_position::int, :to_position::int);

-- close_gap
-- After a segment was removed those behind it move up.
update show_segment set position = position - 1
where show_id = :show_id and position > :position;

-- make_room
-- Before a segment is put in, those from its position on move down.
update show_segment set position = position + 1
where show_id = :show_id and position >= :position;
