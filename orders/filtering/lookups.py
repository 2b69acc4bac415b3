"""``field__begins``: PostgreSQL's ``^@``, the prefix search that an index serves under row-level security."""

from django.db.models import Lookup, TextField


@TextField.register_lookup
class Begins(Lookup):
    lookup_name = "begins"

    def as_sql(self, compiler, connection):
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} ^@ {right}", [*left_params, *right_params]
