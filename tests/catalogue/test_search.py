"""The search finds what LIKE would find, in two languages, over one index."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from firsthand.catalogue import actions, rules, store
from firsthand.catalogue.models import Category, Product
from tests.catalogue.shop_floor import category, product, sku

pytestmark = pytest.mark.django_db

NAMES = [
    ("岚 7 Pro 旗舰手机", "Lan 7 Pro Phone"),
    ("岚 7 青春版手机", "Lan 7 Youth Phone"),
    ("手感好的机械键盘", "Mechanical Keyboard"),
    ("拂尘 M30 扫拖机器人", "Fuchen M30 Robot Vacuum and Mop"),
    ("耳语 Air 3 无线耳机", "Whisper Air 3 Wireless Earbuds"),
    ("护眼台灯", "Easy-on-the-Eyes Desk Lamp"),
    ("月球小夜灯 C:\\it's", "Moon Night Light C:\\it's"),
    ("ＵＳＢ－Ｃ 数据线", "USB-C Cable"),
    ("一百%棉收纳袋_大", "100% Cotton_Pouch"),
]


@pytest.fixture
def goods() -> list[Product]:
    on = category("Everything", "全部商品")
    return [product(on, zh, en) for zh, en in NAMES]


def by_like(words: str) -> set[int]:
    """The truth: every word stands somewhere in what is said of a product."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select product.id from catalogue_product as product"
            " where is_listed and catalogue_plain(%s) <> '' and not exists ("
            "  select from unnest(string_to_array(catalogue_plain(%s), ' ')) as term"
            "  where sought not like '%%' || replace(replace(replace("
            "   term, '\\', '\\\\'), '%%', '\\%%'), '_', '\\_') || '%%')",
            [words, words],
        )
        return {pk for (pk,) in cursor.fetchall()}


@pytest.mark.parametrize(
    "words",
    ["手机", "耳机", "台灯", "灯", "机器人", "扫拖机器人", "手感", "机", "phone", "hon", "Earb",
     "USB", "usb-c", "岚 手机", "手机 岚 pro", "7", "C:\\it's",
     "'", "%", "_", "100%", "全部", "咖啡机", "xyz"],
)  # fmt: skip
def test_it_finds_exactly_what_like_finds(goods: list[Product], words: str) -> None:
    found = store.search(words)
    assert set(found.product_ids) == by_like(words)
    assert found.total == len(found.product_ids)


def test_words_of_two_characters_are_found_where_trigrams_know_none(goods: list[Product]) -> None:
    assert {NAMES[i][0] for i in (0, 1)} == {
        row.name_zh for row in store.products(store.search("手机").product_ids)
    }


def test_neighbours_are_told_from_company(goods: list[Product]) -> None:
    on = goods[0].category
    company = product(on, "机动手册", "Handbook")  # has 手 and 机, and not 手机
    assert company.pk not in store.search("手机").product_ids
    assert company.pk in store.search("手 机").product_ids


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    some.one_of(
        some.text(min_size=1, max_size=12),
        some.sampled_from([zh for zh, _ in NAMES] + [en for _, en in NAMES]).flatmap(
            lambda name: some.tuples(some.integers(0, len(name) - 1), some.integers(1, 5)).map(
                lambda cut: name[cut[0] : cut[0] + cut[1]]
            )
        ),
    )
)
def test_whatever_is_typed_it_finds_what_like_finds(goods: list[Product], words: str) -> None:
    asked = store._question(words)
    assert set(store.search(words).product_ids) == (by_like(asked) if asked else set())


@settings(max_examples=200)
@given(some.text(some.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), max_size=30))
def test_the_grams_of_the_database_are_those_of_the_rules(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select catalogue_grams(%s)", [words])
        [grams] = cursor.fetchone() or [None]
    assert set(grams) == rules.grams(words)


def test_the_name_itself_comes_before_a_mention(goods: list[Product]) -> None:
    on = goods[0].category
    mention = product(on, "支架", "Stand", tagline_zh="台灯也放得下")
    exact = product(on, "台灯", "Lamp")
    ids = store.search("台灯").product_ids
    assert ids[0] == exact.pk
    assert ids[-1] == mention.pk


def test_a_model_number_and_the_code_of_a_sku_lead_straight_there(goods: list[Product]) -> None:
    one = sku(goods[3], code="FC-M30-INK")
    assert store.search("fc-m30-ink").product_ids == (goods[3].pk,)
    assert store.search(goods[2].model_number.lower()).product_ids[0] == goods[2].pk
    assert one.product_id == goods[3].pk


def test_a_product_is_found_by_the_names_of_its_categories_as_they_are_now() -> None:
    home = category("Home", "家居")
    robots = category("Robot vacuums", "扫地机器人", home)
    quiet = product(robots, "拂尘 M30", "Fuchen M30")
    assert store.search("家居").product_ids == (quiet.pk,)
    assert store.search("拂尘 robot").product_ids == (quiet.pk,)
    Category.objects.filter(pk=home.pk).update(name_zh="住宅")
    assert store.search("家居").product_ids == ()
    assert store.search("住宅").product_ids == (quiet.pk,)
    actions.move_category(robots.pk, category("Kitchen", "厨房").pk)
    assert store.search("住宅").product_ids == ()
    assert store.search("厨房").product_ids == (quiet.pk,)


def test_a_bulk_write_past_every_action_is_found_all_the_same() -> None:
    on = category("Any", "任意")
    Product.objects.bulk_create(
        Product(
            category=on, name_zh=f"插座{n}", name_en="Socket", slug=f"x{n}", model_number=f"x{n}"
        )
        for n in range(30)
    )
    assert store.search("插座").total == 30
    Product.objects.filter(category=on).update(name_zh="开关")
    assert store.search("插座").total == 0


def test_what_is_not_listed_is_not_found(goods: list[Product]) -> None:
    Product.objects.filter(pk=goods[5].pk).update(is_listed=False)
    assert store.search("护眼").product_ids == ()


def test_pages_do_not_overlap_and_the_last_says_the_total() -> None:
    on = category()
    made = {product(on, f"台灯{n}").pk for n in range(7)}
    pages = [store.search("台灯", skip=skip, at_most=3) for skip in (0, 3, 6, 9)]
    assert [len(page.product_ids) for page in pages] == [3, 3, 1, 0]
    assert {pk for page in pages for pk in page.product_ids} == made
    assert {page.total for page in pages} == {7}


@pytest.mark.parametrize("words", ["", "   ", "\x00", "\u200b"])
def test_nothing_is_found_by_nothing(goods: list[Product], words: str) -> None:
    assert store.search(words) == store.Page((), 0)


def test_the_search_goes_by_its_index(goods: list[Product]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            "explain select id from catalogue_product where grams @@ catalogue_asked('手机')"
        )
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "products_sought" in plan


def test_categories_are_found_by_name() -> None:
    lamps = category("Desk lamps", "台灯")
    category("Phones", "手机")
    assert [step.id for step in store.categories_named("灯")] == [lamps.pk]
    assert [step.id for step in store.categories_named("DESK")] == [lamps.pk]


def test_control_the_stock_search_finds_no_chinese_word_within_a_run() -> None:
    """Why there are grams: PostgreSQL's own parser takes a run of Chinese for one word."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select to_tsvector('simple', '澄砚无线耳机') @@ to_tsquery('simple', '耳机')"
        )
        assert cursor.fetchone() == (False,)
    wireless = product(category(), "澄砚无线耳机", "Wireless Earbuds")
    assert store.search("耳机").product_ids == (wireless.pk,)
