from django.apps import AppConfig


class ShippingConfig(AppConfig):
    name = "shipping"
    label = "shipping"

    def ready(self) -> None:
        from oms.core.files import register_maker
        from shipping.actions.booking import print_label

        register_maker("labels", print_label)
