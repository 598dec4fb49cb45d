"""Where the buyer's pages are."""

from django.urls import path
from django.views.generic import RedirectView

from firsthand.faces.shop import cards, groups, guests, mall, me, orders, paying, product, room

urlpatterns = [
    path("", mall.home, name="home"),
    path("c/", mall.categories, name="categories"),
    path("c/<slug:slug>/", mall.category, name="category"),
    path("p/<slug:slug>/", product.product, name="product"),
    path("p/<slug:slug>/buy/", orders.buy, name="buy"),
    path("groups/<int:group_id>/", groups.group, name="group"),
    path("search/", mall.search, name="search"),
    path("shows/", mall.shows, name="shows"),
    path("shows/<slug:slug>/", room.room, name="room"),
    path("pricing/", mall.pricing, name="pricing"),
    path("cards/<int:sku_id>/<int:version>/", cards.cost_card, name="cost_card"),
    path("cards/<int:sku_id>/<int:version>.json", cards.cost_card_file, name="cost_card_file"),
    path("orders/", orders.orders, name="orders"),
    path("waiting/<int:offer_id>/leave/", orders.leave_line, name="leave_line"),
    path("orders/<str:number>/", orders.order, name="order"),
    path("orders/<str:number>/cancel/", orders.cancel, name="cancel"),
    path("orders/<str:number>/pay/", paying.pay, name="pay"),
    path("pay/sandbox/<uuid:reference>/", paying.bank, name="bank"),
    path("pay/<slug:name>/webhook/", paying.webhook, name="webhook"),
    path("guest/", guests.guest, name="guest"),
    path("me/", me.me, name="me"),
    path("me/leave-everywhere/", me.leave_everywhere, name="leave_everywhere"),
    path("favicon.ico", RedirectView.as_view(url="/static/look/mark.svg"), name="favicon"),
]
