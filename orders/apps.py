from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    label = "orders"

    def ready(self) -> None:
        from oms.accounts.actions.approvals import carries_out
        from orders.actions.discount import carry_out
        from orders.placing.discounts import VERB

        carries_out(VERB, carry_out)
