"""Buy stock: suppliers and their catalogues, purchase orders, what to order and when."""

VIEW, EDIT, SEND, RECEIVE = "purchasing.view", "purchasing.edit", "purchasing.send", "stock.receive"
CAUSE = "purchase_order"
