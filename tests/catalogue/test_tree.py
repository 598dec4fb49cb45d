"""The tree: its paths, its counts, and that it stays one."""

import pytest
from django.db import connection

from firsthand.catalogue import actions, store
from firsthand.catalogue.models import Category
from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, NotFound
from tests.catalogue.shop_floor import category, product

pytestmark = pytest.mark.django_db


def test_the_path_leads_from_the_root_down() -> None:
    home = category("Home", "家居")
    floor = category("Floor care", "清洁", home)
    robots = category("Robots", "扫地机器人", floor)
    assert [step.name_en for step in store.path(robots.pk)] == ["Home", "Floor care", "Robots"]
    assert store.path(0) == []


def test_a_branch_counts_what_lies_on_it_and_below_it_and_only_what_is_listed() -> None:
    home = category("Home", "家居")
    floor = category("Floor care", "清洁", home)
    robots = category("Robots", "扫地机器人", floor)
    product(robots)
    product(robots)
    product(floor)
    product(robots, is_listed=False)
    counts = {branch.name_en: (branch.depth, branch.products) for branch in store.branches()}
    assert counts == {"Home": (1, 3), "Floor care": (2, 3), "Robots": (3, 2)}
    assert [branch.name_en for branch in store.branches(home.pk, depth=1)] == ["Floor care"]


def test_branches_come_in_the_order_of_a_menu() -> None:
    second, first = category("Second"), category("First")
    Category.objects.filter(pk=first.pk).update(position=0)
    child = category("Child", "子", second)
    assert [branch.id for branch in store.branches()] == [first.pk, second.pk, child.pk]


def test_a_category_cannot_be_hung_below_itself() -> None:
    home = category("Home")
    robots = category("Robots", "扫地", category("Floor", "清洁", home))
    with pytest.raises(Invalid) as caught:
        actions.move_category(home.pk, robots.pk)
    assert caught.value.code == "above_itself"
    assert Category.objects.get(pk=home.pk).parent is None
    assert outbox.last("catalogue") == 0


def test_a_category_moves_with_all_that_grows_on_it_and_tells() -> None:
    home, kitchen = category("Home"), category("Kitchen", "厨房")
    robots = category("Robots", "扫地", home)
    product(robots)
    actions.move_category(robots.pk, kitchen.pk)
    assert [step.name_en for step in store.path(robots.pk)] == ["Kitchen", "Robots"]
    [news] = outbox.after("catalogue", 0)
    assert news.body == {"category_id": robots.pk, "parent_id": kitchen.pk}
    actions.move_category(robots.pk, kitchen.pk)
    assert outbox.last("catalogue") == 1, "what is so already is not news"


def test_a_category_under_nothing_that_exists_is_refused() -> None:
    with pytest.raises(NotFound):
        actions.move_category(category().pk, 999_999)


def test_a_tree_that_the_database_was_given_as_a_circle_ends_the_climb() -> None:
    one, other = category("One"), category("Other")
    with connection.cursor() as cursor:  # past the rules, as no action would
        cursor.execute(
            "update catalogue_category set parent_id = case id when %s then %s else %s end"
            " where id in (%s, %s)",
            [one.pk, other.pk, one.pk, one.pk, other.pk],
        )
    assert len(store.path(one.pk)) <= 33
