from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "oms.desk"
    label = "desk"

    def ready(self) -> None:
        from inventory.valuing.origins import left_under
        from oms.desk.origins import parcels_of_returns

        left_under("return", parcels_of_returns)
