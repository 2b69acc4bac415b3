from django.core.management.commands.migrate import Command as Migrate


class Command(Migrate):
    """Django's migrate, as the owner's login: the application's own may not change tables."""

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
