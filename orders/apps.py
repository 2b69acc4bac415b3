from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    label = "orders"

    def ready(self) -> None:
        from oms.accounts.actions.approvals import carries_out
        from orders.actions import discount, refund

        carries_out(discount.VERB, discount.carry_out)
        carries_out(refund.VERB, refund.carry_out)
