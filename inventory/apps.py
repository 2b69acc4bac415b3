from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "inventory"
    label = "inventory"

    def ready(self) -> None:
        from inventory.actions.approved import carry_out
        from oms.accounts.actions.approvals import carries_out

        carries_out("stock.adjust", carry_out)
