"""Settings, from the environment; every variable is described in `docs/configuration.md`.

The process that starts Throughline (`python -m oms.run`, compose, a managed platform) sets them;
nothing here reads a file.
"""

import gc
import logging
import os
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from oms.logs import configure_logging

# Batches make many small objects that all live until the commit; looking for cycles among them every
# 700 allocations costs a third of the time of a large one. Not looking at all saves no more that can be measured.
gc.set_threshold(100_000, 50, 100)

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = os.environ.get
DEVELOPMENT = ENV("THROUGHLINE_ENV", "production") == "development"
DEBUG = False
DATA_DIR = Path(ENV("THROUGHLINE_DATA", BASE_DIR / ".data"))

# A development key is public knowledge, so production refuses to start without one of its own.
SECRET_KEY = ENV("SECRET_KEY") or ("development-only-" * 4 if DEVELOPMENT else "")
# Newest first: "id:base64key,…". Older keys only decrypt; see oms/core/secrets.py.
ENCRYPTION_KEYS = ENV("ENCRYPTION_KEYS", "")
BASE_URL = ENV("BASE_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = ENV("ALLOWED_HOSTS", urlsplit(BASE_URL).hostname + ",localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
HTTPS = BASE_URL.startswith("https://")


def database(url: str) -> dict:
    """A Django database entry from ``postgresql://user:password@host:port/name?host=/socket/dir``."""
    parts = urlsplit(url)
    options = dict(pair.split("=", 1) for pair in parts.query.split("&") if pair)
    host = unquote(options.pop("host", parts.hostname or ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(options.pop("port", parts.port or "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        "TEST": {"MIGRATE": False},
    }


# Three logins to one database: the application's plain role, the owner that migrates, and the relay
# that may only list which tenants have work due. See docs/adr/0002-three-database-logins.md.
_url = ENV("DATABASE_URL", "postgresql:///throughline")
DATABASES = {
    "default": database(_url),
    "owner": database(ENV("DATABASE_OWNER_URL", _url)),
    "relay": database(ENV("DATABASE_RELAY_URL", _url)),
}
DATABASE_ROUTERS = ["oms.core.db.routing.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

VALKEY_URL = ENV("VALKEY_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": VALKEY_URL, "KEY_PREFIX": "tl"}
}

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "lucide",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_structlog",
    "oms.core",
    "oms.accounts",
    "inventory",
    "shipping",
    "orders",
    "fulfillment",
    "returns",
    "channels",
    "oms.notifications",
    "oms.webhooks",
    "analytics",
    "oms.desk",
    "oms.demo",
    "oms.dashboard",
    "oms.portal",
]

MIDDLEWARE = [
    "django_structlog.middlewares.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "oms.accounts.door.MerchantDoor",
]

ROOT_URLCONF = "oms.urls"
WSGI_APPLICATION = "oms.wsgi.application"

# Cotton and partials both patch the loaders when they configure themselves; by hand, both work.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oms.dashboard.frame.frame",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "oms.accounts.adapter.InvitationOnlyAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
# Browsers share cookies between ports of one host, so two checkouts side by side need names of their own.
_port = urlsplit(BASE_URL).port or ""
SESSION_COOKIE_NAME = f"tl_session{_port}"
CSRF_COOKIE_NAME = f"tl_csrf{_port}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Only these are believed about whom a request comes from: see oms/portal/places.py.
TRUSTED_PROXIES = [ip_network(each.strip()) for each in ENV("TRUSTED_PROXIES", "").split(",") if each.strip()]
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY = {name: [] for name in ("geolocation", "microphone", "payment", "usb")}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "oms" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "oms" / "static"]
STATIC_ROOT = Path(ENV("STATIC_ROOT", DATA_DIR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEVELOPMENT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEVELOPMENT
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

EMAIL_HOST = ENV("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = int(ENV("EMAIL_PORT", "1025"))
EMAIL_HOST_USER = ENV("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = ENV("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = ENV("EMAIL_USE_TLS", "") == "1"
DEFAULT_FROM_EMAIL = ENV("DEFAULT_FROM_EMAIL", "Throughline <no-reply@localhost>")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "oms.accounts.api.authentication.ApiKeyAuthentication",
        "oms.accounts.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["oms.accounts.api.throttle.PerCredential"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "oms.core.api.schema.ProblemSchema",
    "EXCEPTION_HANDLER": "oms.core.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
# Only for development: lets webhooks go to http and to private networks.
WEBHOOK_ALLOW_PRIVATE = ENV("WEBHOOK_ALLOW_PRIVATE", "1" if DEVELOPMENT else "") == "1"
# Requests per minute of one API key or person; 0 switches the limit off.
API_RATE_PER_MINUTE = int(ENV("API_RATE_PER_MINUTE", "3000"))
SPECTACULAR_SETTINGS = {
    "TITLE": "Throughline API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "StockStateEnum": "inventory.models.STATES",
        "StockCountStateEnum": "inventory.stock.count_lifecycle.STATES",
        "ShipmentStateEnum": "shipping.lifecycle.STATES",
        "FulfillmentOrderStateEnum": "fulfillment.models.floor.STATES",
        "LocationKindEnum": "inventory.places.KINDS",
        "ItemKindEnum": "inventory.stock.kits.KINDS",
        "AssemblyKindEnum": "inventory.stock.assembling.KINDS",
        "AssemblyStateEnum": "inventory.stock.assembling.STATES",
        "RepromiseClassEnum": "fulfillment.sourcing.repromising.CLASSES",
        "StockAlertKindEnum": "inventory.stock.alerting.KINDS",
        "BinKindEnum": "inventory.stock.bins.KINDS",
        "LotViewEnum": "inventory.queries.tracing.VIEWS",
        "ChannelShareKindEnum": "inventory.stock.offering.SHARES",
        "ReplenishmentStateEnum": "inventory.replenishing.lifecycle.STATES",
        "PaymentMethodEnum": "orders.placing.payments.METHODS",
        "ValuationMethodEnum": "inventory.valuing.deciding.METHODS",
        "SupplierBillStateEnum": "inventory.billing.lifecycle.STATES",
        "SupplierReturnStateEnum": "inventory.billing.returning.STATES",
        "ValueAccountEnum": "inventory.valuing.accounts.ACCOUNTS",
        "ReturnStateEnum": "returns.lifecycle.STATES",
        "ImportOutcomeEnum": "channels.documents.outcomes.CODES",
        "ReturnOutcomeEnum": "returns.models.OUTCOMES",
        "ReturnReasonEnum": "returns.models.REASONS",
        "CustomerMessageKindEnum": "oms.notifications.models.KINDS",
        "CustomerMessageStateEnum": "oms.notifications.api.views.STATES",
        "SheetKindEnum": "inventory.sheets.fields.KIND_NAMES",
        "CustomFieldKindEnum": "inventory.details.KINDS",
    },
}

CELERY_BROKER_URL = VALKEY_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "oms.core.tasks.run_jobs": {"queue": "imports"},
    "oms.accounts.tasks.send_invitations": {"queue": "notify"},
    "inventory.tasks.mail_purchase_orders": {"queue": "notify"},
    "inventory.tasks.mail_alerts": {"queue": "notify"},
    "inventory.tasks.chase_credit_notes": {"queue": "notify"},
    "oms.webhooks.tasks.send_messages": {"queue": "notify"},
    "oms.webhooks.tasks.tell_stock_levels": {"queue": "notify"},
    "oms.notifications.tasks.send_due_mail": {"queue": "notify"},
    "oms.portal.tasks.answer_due_wishes": {"queue": "notify"},
    "shipping.tasks.buy_due_labels": {"queue": "labels"},
    "inventory.tasks.audit_stock_of_all_in_full": {"queue": "heavy"},
    "inventory.tasks.follow_value_of_all": {"queue": "heavy"},
}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "forget-old-keys": {"task": "oms.core.tasks.forget_old_idempotency_keys", "schedule": 3600.0},
    "forget-old-webhooks": {"task": "oms.webhooks.tasks.forget_old_messages", "schedule": 86_400.0},
    "forget-old-tracking-messages": {"task": "shipping.tasks.forget_old_messages", "schedule": 86_400.0},
    "forget-old-channel-messages": {"task": "channels.tasks.forget_old_messages", "schedule": 86_400.0},
    "make-fact-partitions": {"task": "oms.core.tasks.make_fact_partitions", "schedule": 86_400.0},
    "audit-stock": {"task": "inventory.tasks.audit_stock_of_all", "schedule": 86_400.0},
    "audit-stock-in-full": {"task": "inventory.tasks.audit_stock_of_all_in_full", "schedule": 604_800.0},
    "note-low-stock": {"task": "inventory.tasks.note_low_stock_of_all", "schedule": 600.0},
    "note-pace": {"task": "inventory.tasks.note_pace_of_all", "schedule": 86_400.0},
    "note-over-reserved": {"task": "fulfillment.tasks.note_over_reserved_of_all", "schedule": 600.0},
    "follow-value": {"task": "inventory.tasks.follow_value_of_all", "schedule": 60.0},
    "plan-counts": {"task": "inventory.tasks.plan_counts_of_all", "schedule": 86_400.0},
    "expire-lots": {"task": "inventory.tasks.expire_lots_of_all", "schedule": 600.0},
    "expire-reservations": {"task": "inventory.tasks.expire_reservations_of_all", "schedule": 60.0},
    "lift-expired-holds": {"task": "orders.tasks.lift_expired_holds_of_all", "schedule": 60.0},
}

LOGGING_CONFIG = None
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# One line per request, when it is answered.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
configure_logging(json=not DEVELOPMENT, level=ENV("LOG_LEVEL", "INFO"))
