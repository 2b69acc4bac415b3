"""Buy stock: suppliers and their catalogues, purchase orders, what to order and when."""

VIEW, EDIT, RECEIVE = "purchasing.view", "purchasing.edit", "stock.receive"
CAUSE = "purchase_order"
