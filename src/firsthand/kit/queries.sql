-- Queries of the outbox, and of the clock.

-- tell
-- Take the feed's next numbers (one row lock, held until commit), write the events, wake readers.
with counter as (
    insert into kit_feed as feed (name, last_seq)
    values (:feed, cardinality(:names::text[]))
    on conflict (name) do update set last_seq = feed.last_seq + excluded.last_seq
    returning feed.last_seq
), written as (
    insert into kit_told (feed_id, seq, name, body)
    select :feed, counter.last_seq - cardinality(:names::text[]) + event.place, event.name,
           event.body::jsonb
    from counter,
         unnest(:names::text[], :bodies::text[]) with ordinality as event (name, body, place)
), woken as (
    select pg_notify('outbox', :feed)
)
select last_seq from counter, woken;

-- after
-- What a reader has not seen yet, oldest first.
select seq, name, body, told_at from kit_told
where feed_id = :feed and seq > :seen order by seq limit :at_most;

-- last
-- The number of a feed's newest event; 0 before the first.
select coalesce((select last_seq from kit_feed where name = :feed), 0);

-- take_position
-- Where a reader stands, locked, so that two workers never use the same news at once.
insert into kit_position as position (reader, feed, seq) values (:reader, :feed, 0)
on conflict (reader, feed) do update set seq = position.seq
returning seq;

-- move_position
-- The reader has used everything up to here.
update kit_position set seq = :seq where reader = :reader and feed = :feed;

-- feeds
-- Every feed that something was told of.
select name from kit_feed order by name;

-- forget
-- The oldest news of a feed goes, from the front, and nothing that a reader has yet to use.
delete from kit_told where feed_id = :feed and seq <= (
    select max(seq) from (
        select seq, told_at from kit_told where feed_id = :feed order by seq limit :at_most
    ) as oldest
    where told_at < :before
      and seq <= coalesce((select min(seq) from kit_position where feed = :feed), seq)
);

-- clock
-- What PostgreSQL's clock says at this moment.
select clock_timestamp();
