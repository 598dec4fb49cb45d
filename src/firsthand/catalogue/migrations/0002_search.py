"""Search in Chinese and English over one index, kept by the database itself.

Chinese is written without spaces, so a word is any run of characters: the index holds every
single character and every two neighbours ("grams") of what a product is called, and a word is
found where all of its grams are. That is complete for words of two characters, which trigrams
are not, and for parts of English words as well. Triggers keep it, so that no writer can forget
it: not the office, not an import, not a bulk write. Measured with 100,000 products: see the
note in queries.sql.
"""

from django.db import migrations

SQL = r"""
create function catalogue_plain(words text) returns text
language sql immutable strict parallel safe as $$
    select trim(regexp_replace(lower(normalize(words, nfkc)), '\s+', ' ', 'g'))
$$;
comment on function catalogue_plain is 'Words as search compares them: half-width, small letters, single spaces.';

create function catalogue_grams(plain text) returns text[]
language sql immutable strict parallel safe as $$
    select coalesce(array_agg(distinct gram), '{}') from (
        select one as gram from unnest(string_to_array(plain, null)) as sign (one)
        where one > ' '
        union all
        select one || two from unnest(
            string_to_array(plain, null), (string_to_array(plain, null))[2:]
        ) as pair (one, two)
        where one > ' ' and two > ' '
    ) as grams
$$;
comment on function catalogue_grams is 'Every character, and every two neighbours within a word.';

create function catalogue_asked(words text) returns tsquery
language sql immutable strict parallel safe as $$
    select coalesce(string_agg(
        '''' || replace(replace(gram, '\', '\\'), '''', '''''') || '''', ' & '
    ), '')::tsquery
    from unnest(catalogue_grams(catalogue_plain(words))) as gram
$$;
comment on function catalogue_asked is 'The question to the index: all grams of what was typed.';

create function catalogue_path_words(category bigint) returns text
language sql stable as $$
    with recursive climb as (
        select parent_id, name_zh, name_en, 0 as height
        from catalogue_category where id = category
        union all
        select up.parent_id, up.name_zh, up.name_en, climb.height + 1
        from catalogue_category as up join climb on up.id = climb.parent_id
        where climb.height < 32
    )
    select string_agg(name_zh || ' ' || name_en, ' ' order by height) from climb
$$;
comment on function catalogue_path_words is 'The names of a category and of all above it.';

alter table catalogue_product
    add column sought text not null default '',
    add column grams tsvector not null default '';

create function catalogue_product_sought() returns trigger language plpgsql as $$
begin
    new.sought := catalogue_plain(concat_ws(
        ' ', new.name_zh, new.name_en, new.model_number, new.tagline_zh, new.tagline_en,
        catalogue_path_words(new.category_id)
    ));
    new.grams := array_to_tsvector(catalogue_grams(new.sought));
    return new;
end
$$;
create trigger product_sought
    before insert or update of
        name_zh, name_en, model_number, tagline_zh, tagline_en, category_id
    on catalogue_product for each row execute function catalogue_product_sought();

create function catalogue_category_sought() returns trigger language plpgsql as $$
begin
    update catalogue_product set category_id = category_id where category_id in (
        with recursive below as (
            select after.id, 0 as depth
            from after join before on before.id = after.id
            where (before.name_zh, before.name_en, before.parent_id)
                is distinct from (after.name_zh, after.name_en, after.parent_id)
            union all
            select down.id, below.depth + 1
            from catalogue_category as down join below on down.parent_id = below.id
            where below.depth < 32
        )
        select id from below
    );
    return null;
end
$$;
create trigger category_sought
    after update on catalogue_category
    referencing old table as before new table as after
    for each statement execute function catalogue_category_sought();

update catalogue_product set category_id = category_id;
create index products_sought on catalogue_product using gin (grams);
"""

BACK = """
drop trigger category_sought on catalogue_category;
drop trigger product_sought on catalogue_product;
alter table catalogue_product drop column sought, drop column grams;
drop function catalogue_category_sought, catalogue_product_sought, catalogue_path_words,
    catalogue_asked, catalogue_grams, catalogue_plain;
"""


class Migration(migrations.Migration):

    dependencies = [("catalogue", "0001_initial")]

    # The columns are the database's own: Django neither reads nor writes them.
    operations = [migrations.RunSQL(SQL, BACK)]
