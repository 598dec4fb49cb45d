-- The reads of the mall's pages. Each is one statement for a whole page, however many things stand
-- on it; what changes is done by the actions of the floors below.

-- faces_of_categories
-- One picture for each category: that of the first product in its subtree.
with recursive under(root, id) as (
    select id, id from catalogue_category
    union all
    select under.root, child.id
    from under join catalogue_category child on child.parent_id = under.id
), first as (
    select category_id, min(id) as product_id
    from catalogue_product where is_listed group by category_id
), example as (
    select under.root, min(first.product_id) as product_id
    from under join first on first.category_id = under.id group by under.root
)
select example.root, face.file
from example
cross join lateral (
    select file from catalogue_picture
    where product_id = example.product_id order by position, id limit 1
) face;

-- shelf_in_order
-- A page of the listed products of a branch that fit every pick, by price or by the day they ship; with the count of all.
with recursive branch as (
    select id, 0 as depth from catalogue_category where id = :category_id
    union all
    select down.id, branch.depth + 1
    from catalogue_category as down join branch on down.parent_id = branch.id
    where branch.depth < 32
), pick as (
    select * from unnest(
        :attribute_ids::bigint[], :words::text[], :lows::numeric[], :highs::numeric[]
    ) as pick (attribute_id, word, low, high)
), fitting as (
    select fact.product_id
    from catalogue_attributevalue as fact join pick on pick.attribute_id = fact.attribute_id
     and (fact.text_en = pick.word or fact.number between pick.low and pick.high)
    group by fact.product_id
    having count(distinct fact.attribute_id) = (select count(distinct attribute_id) from pick)
), goods as materialized (
    select p.id, p.listed_at
    from catalogue_product p
    where p.is_listed and p.category_id in (select id from branch)
      and (not exists (select from pick) or p.id in (select product_id from fitting))
), wares as materialized (
    select s.id as sku_id, s.product_id
    from goods join catalogue_sku s on s.product_id = goods.id and s.is_active
), priced as (
    select wares.product_id, min(v.price_fen) as price_fen
    from wares join price_priceversion v on v.sku_id = wares.sku_id and upper_inf(v.during)
    group by wares.product_id
), dated as (
    select wares.product_id, min(r.ship_by) as ship_by
    from wares join promise_rung r on r.sku_id = wares.sku_id
    where :sort = 'soon' and r.taken < r.quantity and r.ship_by >= :today::date
    group by wares.product_id
)
select goods.id, count(*) over ()
from goods
left join priced on priced.product_id = goods.id
left join dated on dated.product_id = goods.id
order by (priced.price_fen is null),
         case :sort when 'cheap' then priced.price_fen when 'dear' then -priced.price_fen end,
         dated.ship_by, goods.listed_at desc nulls last, goods.id desc
offset :skip limit :at_most;

-- tiles
-- What a grid shows of some products: names, the lowest price, the colours, the first picture, the earliest day.
select p.id, p.slug, p.name_zh, p.name_en, p.tagline_zh, p.tagline_en,
       coalesce(goods.price_fen, 0), coalesce(goods.dearest_fen, 0), coalesce(goods.colours, '{}'),
       coalesce(face.file, ''), soon.ship_by
from catalogue_product p
left join lateral (
    select min(v.price_fen) as price_fen, max(v.price_fen) as dearest_fen,
           array_agg(distinct s.colour) as colours
    from catalogue_sku s
    left join price_priceversion v on v.sku_id = s.id and upper_inf(v.during)
    where s.product_id = p.id and s.is_active
) goods on true
left join lateral (
    select file from catalogue_picture
    where product_id = p.id order by position, id limit 1
) face on true
left join lateral (
    select min(r.ship_by) as ship_by
    from catalogue_sku s join promise_rung r on r.sku_id = s.id
    where s.product_id = p.id and s.is_active and r.taken < r.quantity and r.ship_by >= :today::date
) soon on true
where p.id = any(:products::bigint[]);

-- newest_products
-- The products that were listed last.
select id from catalogue_product where is_listed order by listed_at desc nulls last, id desc limit :limit::int;

-- soonest_products
-- The products of which something ships first, the most pieces first.
select p.id
from catalogue_product p
join catalogue_sku s on s.product_id = p.id and s.is_active
join promise_rung r on r.sku_id = s.id
where p.is_listed and r.taken < r.quantity and r.ship_by >= :today::date and r.source = 'stock'
  and exists (select from price_priceversion v where v.sku_id = s.id and upper_inf(v.during))
group by p.id
order by min(r.ship_by), sum(r.quantity - r.taken) desc, p.id
limit :limit::int;
