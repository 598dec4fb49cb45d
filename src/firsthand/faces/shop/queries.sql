-- The reads of the mall's pages. Each is one statement for a whole page, however many things stand
-- on it; what changes is done by the actions of the floors below.

-- category_tree
-- The whole tree with the number of listed products in each branch's subtree and one picture of it.
with recursive under(root, id) as (
    select id, id from catalogue_category
    union all
    select under.root, child.id
    from under join catalogue_category child on child.parent_id = under.id
), counted as (
    select under.root, count(p.id) as products, min(p.id) as example
    from under join catalogue_product p on p.category_id = under.id and p.is_listed
    group by under.root
)
select c.id, c.parent_id, c.slug, c.name_zh, c.name_en, c.archetype,
       coalesce(counted.products, 0), coalesce(face.file, '')
from catalogue_category c
left join counted on counted.root = c.id
left join lateral (
    select file from catalogue_picture
    where product_id = counted.example order by sku_id nulls first, position, id limit 1
) face on true
order by c.position, c.id;

-- products_found
-- A page of listed products of some categories that carry every chosen fact and match the words, with the count of all.
with wanted as (
    select * from unnest(:codes::text[], :choices::text[]) as chosen(code, choice)
), goods as (
    select p.id, p.listed_at, p.name_zh, p.name_en
    from catalogue_product p
    where p.is_listed
      and (cardinality(:categories::bigint[]) = 0 or p.category_id = any(:categories::bigint[]))
      and (:pattern::text = '' or p.name_zh ilike :pattern::text or p.name_en ilike :pattern::text
           or p.tagline_zh ilike :pattern::text or p.tagline_en ilike :pattern::text
           or p.model_number ilike :pattern::text
           or exists (select from catalogue_category c where c.id = p.category_id
                      and (c.name_zh ilike :pattern::text or c.name_en ilike :pattern::text)))
      and (select count(distinct wanted.code) from wanted) = (
          select count(distinct wanted.code)
          from catalogue_attributevalue fact
          join catalogue_attribute a on a.id = fact.attribute_id
          join wanted on wanted.code = a.code
               and wanted.choice = coalesce(trim_scale(fact.number)::text, fact.text_en)
          where fact.product_id = p.id)
), dealt as (
    select goods.*,
           (select min(v.price_fen) from catalogue_sku s
            join price_priceversion v on v.sku_id = s.id and upper_inf(v.during)
            where s.product_id = goods.id and s.is_active) as price_fen
    from goods
)
select dealt.id, count(*) over ()
from dealt
order by (dealt.price_fen is null),
         case when :sort::text = 'cheap' then dealt.price_fen end,
         case when :sort::text = 'dear' then -dealt.price_fen end,
         case when :sort::text = 'match'
              then (dealt.name_zh not ilike :pattern::text and dealt.name_en not ilike :pattern::text) end,
         case when :sort::text = 'soon' then (
             select min(r.ship_by) from catalogue_sku s join promise_rung r on r.sku_id = s.id
             where s.product_id = dealt.id and s.is_active
               and r.taken < r.quantity and r.ship_by >= :today::date) end,
         dealt.listed_at desc nulls last, dealt.id desc
limit :limit::int offset :offset::int;

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

-- facets
-- Which facts the listed products of some categories have, and how many products have each.
select a.code, a.name_zh, a.name_en, a.unit,
       coalesce(trim_scale(fact.number)::text, fact.text_en) as choice,
       min(coalesce(trim_scale(fact.number)::text, fact.text_zh)),
       min(coalesce(trim_scale(fact.number)::text, fact.text_en)),
       count(distinct fact.product_id)
from catalogue_attributevalue fact
join catalogue_attribute a on a.id = fact.attribute_id and a.is_facet
join catalogue_product p on p.id = fact.product_id and p.is_listed
where p.category_id = any(:categories::bigint[])
group by a.id, choice, fact.number
having coalesce(trim_scale(fact.number)::text, fact.text_en) <> ''
order by a.position, a.id, fact.number nulls last, count(distinct fact.product_id) desc;

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
