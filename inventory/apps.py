from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "inventory"
    label = "inventory"

    def ready(self) -> None:
        from inventory.actions import adjust, reverse
        from oms.accounts.actions.approvals import carries_out

        carries_out("stock.adjust", adjust.carry_out)
        carries_out("stock.reverse", reverse.carry_out)
