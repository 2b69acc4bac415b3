"""Two of PostgreSQL's operators on texts that Django has no lookup for."""

from django.db.models import Lookup, TextField


@TextField.register_lookup
class Begins(Lookup):
    """``^@``: the prefix search that an index serves under row-level security."""

    lookup_name = "begins"
    operator = "^@"

    def as_sql(self, compiler, connection):
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} {self.operator} {right}", [*left_params, *right_params]


@TextField.register_lookup
class Like(Begins):
    """``LIKE`` with a pattern of ours; for rows that something else has found."""

    lookup_name = "like"
    operator = "LIKE"
