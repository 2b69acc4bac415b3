"""A job that counts to five, one row a chunk: what is lost or doubled shows."""

from oms.accounts.models import SalesChannel
from oms.core.jobs import Step
from oms.core.models import Job


def count_to_five(job: Job) -> Step:
    number = (job.cursor or {"next": 1})["next"]
    SalesChannel.objects.create(code=f"c{number}", name="x")
    return Step(cursor={"next": number + 1}, done=1, finished=number == 5, result={"last": number})
