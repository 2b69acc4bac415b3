"""Long work a person can watch: progress, per-row results, cancel, resume after a crash.

A room registers a kind of job in its ``jobs.py`` with `job_kind`; the function does one *chunk* and
says where the next one starts. Each chunk is one transaction together with the progress it made, so
a killed worker loses and doubles nothing.
"""

from oms.core.jobs.control import cancel_job, resume_job, start_job, visible_jobs
from oms.core.jobs.kinds import Row, Step, job_kind

__all__ = ["Row", "Step", "cancel_job", "job_kind", "resume_job", "start_job", "visible_jobs"]
