"""Where the crew's pages are."""

from django.urls import path

from firsthand.faces.studio import (
    commands,
    console,
    goods,
    keys,
    prompter,
    report,
    sheet,
    shows,
)

urlpatterns = [
    path("", shows.shows, name="studio"),
    path("shows/new/", shows.plan, name="studio-plan"),
    path("shows/<int:show_id>/", console.console, name="studio-show"),
    path("shows/<int:show_id>/parts/", console.parts, name="studio-parts"),
    path("shows/<int:show_id>/offers/<int:offer_id>/", console.offer, name="studio-offer"),
    path("shows/<int:show_id>/stream-key/", console.stream_key, name="studio-stream-key"),
    path("shows/<int:show_id>/prompter/", prompter.prompter, name="studio-prompter"),
    path("shows/<int:show_id>/prompter/parts/", prompter.parts, name="studio-prompter-parts"),
    path("shows/<int:show_id>/report/", report.report, name="studio-report"),
    path("shows/<int:show_id>/report/again/", report.again, name="studio-report-again"),
    # Commands of a show: each one form, one action.
    path("shows/<int:show_id>/do/air/", commands.go_on_air, name="studio-air"),
    path("shows/<int:show_id>/do/end/", commands.end_show, name="studio-end"),
    path("shows/<int:show_id>/do/next/", commands.next_segment, name="studio-next"),
    path("shows/<int:show_id>/do/card/", commands.show_card, name="studio-card"),
    path("shows/<int:show_id>/do/card-off/", commands.card_off, name="studio-card-off"),
    path("shows/<int:show_id>/do/pin/", commands.pin, name="studio-pin"),
    path("shows/<int:show_id>/do/unpin/", commands.unpin, name="studio-unpin"),
    path("shows/<int:show_id>/do/take-back/", commands.take_back, name="studio-take-back"),
    path("shows/<int:show_id>/do/hide/", commands.hide_line, name="studio-hide"),
    path("shows/<int:show_id>/do/open/", commands.open_offer, name="studio-open"),
    path("shows/<int:show_id>/do/open-set/", commands.open_set, name="studio-open-set"),
    path("shows/<int:show_id>/do/open-presale/", commands.open_presale, name="studio-open-presale"),
    path("shows/<int:show_id>/do/open-group/", commands.open_group_buy, name="studio-open-group"),
    path("shows/<int:show_id>/do/release/", commands.release, name="studio-release"),
    path("shows/<int:show_id>/do/withdraw/", commands.withdraw, name="studio-withdraw"),
    path("shows/<int:show_id>/do/limit/", commands.set_limit, name="studio-limit"),
    path("shows/<int:show_id>/do/price/", commands.change_price, name="studio-price"),
    path("shows/<int:show_id>/do/times/", commands.set_times, name="studio-times"),
    path("shows/<int:show_id>/do/close/", commands.close_offer, name="studio-close"),
    path("shows/<int:show_id>/do/renew-key/", commands.renew_key, name="studio-renew-key"),
    # The run sheet.
    path("shows/<int:show_id>/sheet/", sheet.sheet, name="studio-sheet"),
    path("shows/<int:show_id>/sheet/add/", sheet.add_segment, name="studio-segment-add"),
    path("shows/<int:show_id>/sheet/<int:segment_id>/", sheet.segment, name="studio-segment"),
    path(
        "shows/<int:show_id>/sheet/<int:segment_id>/move/",
        sheet.move_segment,
        name="studio-segment-move",
    ),
    path(
        "shows/<int:show_id>/sheet/<int:segment_id>/remove/",
        sheet.remove_segment,
        name="studio-segment-remove",
    ),
    path(
        "shows/<int:show_id>/sheet/<int:segment_id>/points/",
        sheet.add_point,
        name="studio-point-add",
    ),
    path(
        "shows/<int:show_id>/sheet/<int:segment_id>/points/<int:point_id>/",
        sheet.edit_point,
        name="studio-point",
    ),
    path(
        "shows/<int:show_id>/sheet/<int:segment_id>/points/<int:point_id>/move/",
        sheet.move_point,
        name="studio-point-move",
    ),
    path(
        "shows/<int:show_id>/sheet/<int:segment_id>/points/<int:point_id>/remove/",
        sheet.remove_point,
        name="studio-point-remove",
    ),
    # Goods and keys.
    path("goods/", goods.goods, name="studio-goods"),
    path("goods/export.xlsx", goods.export, {"kind": "xlsx"}, name="studio-export"),
    path("goods/export.zip", goods.export, {"kind": "csv"}, name="studio-export-csv"),
    path("goods/costs/", goods.goods, {"book": "costs"}, name="studio-costs"),
    path(
        "goods/costs/export.xlsx",
        goods.export,
        {"kind": "xlsx", "book": "costs"},
        name="studio-costs-export",
    ),
    path(
        "goods/costs/export.zip",
        goods.export,
        {"kind": "csv", "book": "costs"},
        name="studio-costs-export-csv",
    ),
    path("goods/layout/", goods.goods, {"book": "layout"}, name="studio-layout"),
    path(
        "goods/layout/export.xlsx",
        goods.export,
        {"kind": "xlsx", "book": "layout"},
        name="studio-layout-export",
    ),
    path(
        "goods/layout/export.zip",
        goods.export,
        {"kind": "csv", "book": "layout"},
        name="studio-layout-export-csv",
    ),
    path("keys/", keys.keys, name="studio-keys"),
    path("keys/<int:token_id>/revoke/", keys.revoke, name="studio-key-revoke"),
]
