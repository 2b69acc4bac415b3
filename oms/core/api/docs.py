"""The browsable API reference, served from a package: no network, no inline script."""

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularSwaggerSplitView


# Swagger UI writes inline styles; this page alone allows them.
@method_decorator(csp_update({"style-src": ["'unsafe-inline'"]}), name="dispatch")
class ApiReference(SpectacularSwaggerSplitView):
    authentication_classes = ()
    permission_classes = ()
