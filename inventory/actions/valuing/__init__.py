"""What stock is worth: follow the ledger, price what came without a price, decide the method."""

VIEW, EDIT = "value.view", "value.edit"
