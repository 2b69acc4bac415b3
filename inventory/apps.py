from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "inventory"
    label = "inventory"

    def ready(self) -> None:
        from inventory.actions import approved, reverse
        from inventory.actions.billing import APPROVE, settle
        from inventory.actions.purchasing import send
        from oms.accounts.actions.approvals import carries_out

        carries_out("stock.adjust", approved.carry_out)
        carries_out("stock.reverse", reverse.carry_out)
        carries_out(send.SEND, send.carry_out)
        carries_out(APPROVE, settle.carry_out)
