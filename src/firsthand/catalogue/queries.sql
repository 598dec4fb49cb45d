-- Queries of the catalogue.
--
-- Measured with 100,000 products on two cores (warm): searching 手机 (9,667 found) takes 9 ms
-- through the index of grams and 72 ms through LIKE, which has no trigram of two characters to
-- go by; purifier takes 19 ms and 14 ms through trigrams. One index therefore serves both
-- languages. It is as large as a trigram index would be (19 MB, 22 MB), and finds what LIKE finds.

-- path
-- From the root of the tree down to a category.
with recursive climb as (
    select id, parent_id, name_zh, name_en, slug, 0 as height
    from catalogue_category where id = :category_id
    union all
    select up.id, up.parent_id, up.name_zh, up.name_en, up.slug, climb.height + 1
    from catalogue_category as up join climb on up.id = climb.parent_id
    where climb.height < 32
)
select id, name_zh, name_en, slug from climb order by height desc;

-- branches
-- Every category below one (or below the roots, for 0) down to a depth, in the order of a menu,
-- with how many listed products are on it and below it.
with recursive below as (
    select id, parent_id, 1 as depth, array[position, id] as place
    from catalogue_category
    where parent_id is not distinct from nullif(:category_id::bigint, 0)
    union all
    select down.id, down.parent_id, below.depth + 1, below.place || array[down.position, down.id]
    from catalogue_category as down join below on down.parent_id = below.id
    where below.depth < 32
), shelf as (
    select category_id, count(*) as products from catalogue_product
    where is_listed group by category_id
), carried as (
    select id as holder, id as category_id from below
    union all
    select up.parent_id, carried.category_id
    from carried join catalogue_category as up on up.id = carried.holder
    where up.parent_id in (select id from below)
), counted as (
    select carried.holder, sum(shelf.products)::bigint as products
    from carried join shelf using (category_id) group by carried.holder
)
select category.id, category.parent_id, category.name_zh, category.name_en, category.slug,
       category.archetype, below.depth, coalesce(counted.products, 0)
from below
join catalogue_category as category using (id)
left join counted on counted.holder = below.id
where below.depth <= :depth
order by below.place limit :at_most;

-- search
-- Listed products that hold every word of a question, those first whose own name says it.
-- The index finds the grams; strpos then tells neighbours from mere company, so the answer is
-- exactly that of LIKE.
with asked as (
    select catalogue_plain(:words) as whole
), terms as (
    select distinct term from asked, unnest(string_to_array(whole, ' ')) as term where term <> ''
), found as (
    select product.id, product.listed_at, product.name_zh, product.name_en, product.model_number
    from catalogue_product as product
    where product.grams @@ catalogue_asked(:words) and product.is_listed
      and not exists (select from terms where strpos(product.sought, term) = 0)
), coded as (
    select product.id, product.listed_at, product.name_zh, product.name_en, product.model_number
    from catalogue_sku as sku join catalogue_product as product on product.id = sku.product_id
    where sku.code = upper(btrim(:words)) and product.is_listed
      and product.id not in (select id from found)
), ranked as (
    select id, listed_at, case
        when is_coded or lower(model_number) = whole then 0
        when lower(name_zh) = whole or lower(name_en) = whole then 1
        when starts_with(lower(name_zh), whole) or starts_with(lower(name_en), whole) then 2
        when not exists (
            select from terms where strpos(lower(name_zh || ' ' || name_en), term) = 0
        ) then 3
        else 4
    end as place
    from asked, (
        select *, false as is_coded from found union all select *, true from coded
    ) as either
    where whole <> ''
)
select id, count(*) over () from ranked
order by place, listed_at desc nulls last, id
offset :skip limit :at_most;

-- search_count
-- How many products a question finds; for a page past the last, which has no row to count with.
with terms as (
    select distinct term from unnest(string_to_array(catalogue_plain(:words), ' ')) as term
    where term <> ''
)
select count(*) from catalogue_product as product
where product.grams @@ catalogue_asked(:words) and product.is_listed
  and not exists (select from terms where strpos(product.sought, term) = 0);

-- categories_named
-- Categories whose name holds what was typed; there are few enough to read them all.
select id, name_zh, name_en, slug from catalogue_category
where strpos(catalogue_plain(name_zh), catalogue_plain(:words)) > 0
   or strpos(catalogue_plain(name_en), catalogue_plain(:words)) > 0
order by char_length(name_zh), id limit :at_most;

-- shelf
-- Listed products on a branch of the tree that fit every pick, a page of them; 0 is the whole tree.
-- A pick is an attribute with the values that will do, or with the ends of a range.
with recursive branch as (
    select id, 0 as depth from catalogue_category
    where id = :category_id or (:category_id = 0 and parent_id is null)
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
)
select product.id, count(*) over ()
from catalogue_product as product
where product.is_listed and product.category_id in (select id from branch)
  and (not exists (select from pick) or product.id in (select product_id from fitting))
order by
    case when :sort = 'name_zh' then product.name_zh end,
    case when :sort = 'name_en' then product.name_en end,
    case when :sort = 'newest' then product.listed_at end desc nulls last,
    product.id
offset :skip limit :at_most;

-- facets
-- For every facet of a branch: its values, and how many listed products have each. The picks of
-- a facet do not narrow that facet itself, so that one sees what else there would be.
with recursive branch as (
    select id, 0 as depth from catalogue_category where id = :category_id
    union all
    select down.id, branch.depth + 1
    from catalogue_category as down join branch on down.parent_id = branch.id
    where branch.depth < 32
), goods as materialized (
    select id as product_id from catalogue_product
    where is_listed and category_id in (select id from branch)
), facet as (
    select id from catalogue_attribute where is_facet
), pick as (
    select * from unnest(
        :attribute_ids::bigint[], :words::text[], :lows::numeric[], :highs::numeric[]
    ) as pick (attribute_id, word, low, high)
), fitting as (
    select fact.product_id, array_agg(distinct fact.attribute_id) as attribute_ids
    from catalogue_attributevalue as fact join pick on pick.attribute_id = fact.attribute_id
     and (fact.text_en = pick.word or fact.number between pick.low and pick.high)
    group by fact.product_id
), needed as (
    select coalesce(array_agg(distinct attribute_id), '{}') as attribute_ids from pick
), left_over as (
    select fact.product_id, fact.attribute_id, fact.number, fact.text_zh, fact.text_en
    from needed cross join goods
    join catalogue_attributevalue as fact using (product_id)
    left join fitting using (product_id)
    where fact.attribute_id in (select id from facet)
      and cardinality(array_remove(needed.attribute_ids, fact.attribute_id))
        = coalesce(cardinality(array_remove(fitting.attribute_ids, fact.attribute_id)), 0)
), counted as (
    select attribute_id, number, text_zh, text_en, count(distinct product_id) as products
    from left_over group by attribute_id, number, text_zh, text_en
), measured as (
    select *,
           min(number) over everything as low, max(number) over everything as high,
           row_number() over (
               partition by attribute_id order by products desc, number, text_en
           ) as place
    from counted window everything as (partition by attribute_id)
)
select attribute.id, attribute.code, attribute.name_zh, attribute.name_en, attribute.kind,
       attribute.unit, measured.low, measured.high, measured.number, measured.text_zh,
       measured.text_en, measured.products
from measured join catalogue_attribute as attribute on attribute.id = measured.attribute_id
where measured.place <= :values_max
order by attribute.position, attribute.id, measured.place;

-- lock_tree
-- Whoever changes the tree of categories, or imports a spreadsheet, does it alone.
select pg_advisory_xact_lock(hashtextextended('catalogue tree', 0));

-- take_facts_out
-- Remove facts by what they are of: a product, one of its SKUs or none, an attribute.
delete from catalogue_attributevalue as fact
using unnest(:product_ids::bigint[], :sku_ids::bigint[], :attribute_ids::bigint[])
    as gone (product_id, sku_id, attribute_id)
where fact.product_id = gone.product_id and fact.attribute_id = gone.attribute_id
  and fact.sku_id is not distinct from gone.sku_id;
