"""How Firsthand looks: ink and paper, parts, and one template for each thing that is shown.

A thing (a price, what is left, a ladder of dates, a card, the steps of an order) has ONE
template, used when a page is made and again when the thing changes on air. So the page and
the air can never say different things. What changed reaches the viewer as the thing's new
look, with an id; the browser replaces the element of that id, and needs to know no more.
"""
