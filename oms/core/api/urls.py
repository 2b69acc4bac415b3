from django.urls import path

from oms.core.api import resources as views

urlpatterns = [
    path("jobs", views.Jobs.as_view()),
    path("jobs/<uuid:job_id>", views.OneJob.as_view()),
    path("jobs/<uuid:job_id>/rows", views.JobRows.as_view()),
    path("jobs/<uuid:job_id>/cancel", views.JobCancel.as_view()),
    path("parked-events", views.ParkedEvents.as_view()),
    path("parked-events/replay", views.ParkedEventsReplay.as_view()),
    path("audit", views.Audit.as_view()),
]
