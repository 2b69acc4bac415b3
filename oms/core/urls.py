from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from oms.core.api.catalogue import problem_reference
from oms.core.api.docs import ApiReference
from oms.core.files import download
from oms.core.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("files/<uuid:tenant>/<str:token>", download, name="file"),
    path(
        "api/schema/",
        SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]),
        name="api_schema",
    ),
    path("api/docs/", ApiReference.as_view(url_name="api_schema"), name="api_docs"),
    path("api/problems/", problem_reference, name="api_problems"),
]
