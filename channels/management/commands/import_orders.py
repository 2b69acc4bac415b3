"""Import an order file on the server: the same jobs as in the dashboard, run here, with progress and the report."""

import sys
import time
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from channels import queries
from channels.actions.importing import set_mapping, start_check, start_placing
from channels.actions.uploading import start_import
from channels.lifecycle import CHECKED
from channels.models import Import
from channels.reporting import report_lines
from inventory.models import Location
from oms.accounts.models import SalesChannel
from oms.core.actors import system
from oms.core.errors import OmsError
from oms.core.jobs.running import run_chunk
from oms.core.models import Job, Tenant
from oms.core.sheets.writing import csv_lines
from oms.core.tenancy import unit_of_work

PROBLEMS = ("error", "conflict", "credit_unmatched")


class Command(BaseCommand):
    help = "Import orders from a CSV file (gzipped or not) or an Excel workbook, and print the reconcile report."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--tenant", required=True, metavar="SLUG", help="whose orders these are")
        parser.add_argument("--channel", metavar="CODE", help="the sales channel (default: the only one)")
        parser.add_argument("--mapping", default="", metavar="NAME", help="a saved mapping (default: guessed)")
        parser.add_argument("--encoding", default="", help="the file's encoding (default: found out)")
        parser.add_argument("--dry-run", action="store_true", help="check only; place nothing")
        parser.add_argument("--create-missing-items", action="store_true", help="make items for unknown SKUs")
        parser.add_argument(
            "--opening-stock", metavar="LOCATION", help="generate stock at this location's code for what is ordered"
        )
        parser.add_argument(
            "--option", action="append", default=[], metavar="NAME=VALUE", help="like timezone=Europe/London"
        )
        parser.add_argument("--problems", type=Path, metavar="FILE", help="write rows with problems to this CSV file")

    def handle(self, *, file: Path, tenant: str, **given) -> None:
        merchant = Tenant.objects.filter(slug=tenant).first()
        if merchant is None:
            raise CommandError(f"There is no merchant “{tenant}”.")
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        self.tenant_id, self.actor = merchant.id, system("Import command")
        try:
            import_id = self._upload(file, given)
            self._run(import_id, start_check)
            if not given["dry_run"]:
                self._run(import_id, start_placing)
        except OmsError as error:
            fields = [f"  {each.field}: {each.message}" for each in error.fields]
            raise CommandError("\n".join([error.message, *fields])) from None
        self._report(import_id, given["problems"])

    def _unit(self):
        return unit_of_work(self.tenant_id, self.actor)

    def _upload(self, file: Path, given: dict) -> UUID:
        with file.open("rb") as opened, self._unit():
            made = start_import(
                file=opened, name=file.name, channel_id=self._channel(given["channel"]), encoding=given["encoding"],
                mapping=given["mapping"], limit=None,
            )  # fmt: skip
            options = self._options(given, made)
            if options:
                made = set_mapping(import_id=made.id, options=options)
            self.stdout.write(
                f"{made.file_name}: {made.dialect['container']}, {made.dialect['encoding']}, "
                f"{len(made.header)} columns, mapped by {made.dialect['mapped_by']}"
            )
            for field, column in made.columns.items():
                self.stdout.write(f"  {field} ← {column}")
            return made.id

    def _channel(self, code: str | None) -> UUID | None:
        if code is None:
            return None
        found = SalesChannel.objects.filter(code=code).first()
        if found is None:
            raise CommandError(f"There is no sales channel “{code}”.")
        return found.id

    def _options(self, given: dict, made: Import) -> dict[str, object]:
        options: dict[str, object] = {}
        for pair in given["option"]:
            name, _, value = pair.partition("=")
            options[name] = value == "true" if isinstance(made.options.get(name), bool) else value
        if given["create_missing_items"]:
            options["create_missing_items"] = True
        if given["opening_stock"]:
            location = Location.objects.filter(code=given["opening_stock"]).first()
            if location is None:
                raise CommandError(f"There is no location “{given['opening_stock']}”.")
            options["opening_stock_location"] = str(location.id)
        return options

    def _run(self, import_id: UUID, start) -> None:
        """Start, then do the chunks of its job and of those it starts, here and now."""
        with self._unit():
            job_id = start(import_id=import_id).job_id
        while job_id is not None:
            began = time.monotonic()
            while run_chunk(self.tenant_id, job_id):
                self._progress(job_id, began)
            self._progress(job_id, began)
            if sys.stdout.isatty():
                self.stdout.write("")
            job_id = self._following(import_id, job_id)

    def _following(self, import_id: UUID, job_id: UUID) -> UUID | None:
        with self._unit():
            job = Job.objects.get(id=job_id)
            if job.state not in (Job.DONE, Job.PART_FAILED):
                raise CommandError(f"{job.title} ended as {job.state}: {job.error or 'cancelled'}")
            following = queries.import_by_id(import_id).job_id
            return following if following != job_id else None

    def _progress(self, job_id: UUID, began: float) -> None:
        with self._unit():
            job = Job.objects.get(id=job_id)
        rate = job.done / max(time.monotonic() - began, 0.001)
        line = f"{job.title}: {job.done:,} of {job.total or job.done:,} rows, {rate:,.0f} rows/s"
        self.stdout.write(f"\r{line:<79}", ending="" if sys.stdout.isatty() else "\n")
        self.stdout.flush()

    def _report(self, import_id: UUID, problems: Path | None) -> None:
        with self._unit():
            found = queries.import_by_id(import_id)
            report = queries.reconcile_of(found)
            for line in report_lines(report, placed=found.state != CHECKED):
                self.stdout.write(line)
            if problems is not None:
                with problems.open("w", newline="", encoding="utf-8-sig") as out:
                    rows = queries.outcome_rows(import_id, PROBLEMS)
                    out.writelines(csv_lines(queries.download_header(found.header), rows))
                self.stdout.write(f"Rows with problems: {problems}")
            if not report.balanced:
                raise CommandError("The sums do not match the file’s. Please report this as a bug.")
