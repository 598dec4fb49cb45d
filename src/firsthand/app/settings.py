"""How the house is furnished: Django's settings, drawn from ``config``."""

from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from firsthand.app import config
from firsthand.factory.planning.terms import Terms

CONFIG = config.read()
HOME = CONFIG.home


IDLE_SECONDS_MAX = 60  # in the middle of a transaction; then PostgreSQL ends it


def database(dsn: str, *, pool_max: int = 8) -> dict[str, Any]:
    """Django's description of the PostgreSQL database at DSN (a URL or keywords)."""
    words = conninfo_to_dict(dsn)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": words.get("dbname", "firsthand"),
        "HOST": words.get("host", ""),
        "PORT": words.get("port", ""),
        "USER": words.get("user", ""),
        "PASSWORD": words.get("password", ""),
        "OPTIONS": {
            # Whoever cannot connect gives up soon: the next who asks tries again at once,
            # and nobody waits for an attempt that is put off longer each time.
            "pool": {"min_size": 1, "max_size": pool_max, "timeout": 5, "reconnect_timeout": 1},
            "connect_timeout": 5,
            # A machine that vanished is noticed, though it closes no connection.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 15_000,
            # A process that was stopped in the middle of a transaction keeps nobody's rows.
            "options": f"-c idle_in_transaction_session_timeout={IDLE_SECONDS_MAX}s",
            # Django turns prepared statements off unless a number stands here, and then
            # even an explicit prepare=True of kit/sql.py is ignored.
            "prepare_threshold": 5,
        },
    }


DEBUG = CONFIG.debug
SECRET_KEY = config.kept_secret(CONFIG)
ALLOWED_HOSTS = [*CONFIG.hosts.split(","), "testserver"] if DEBUG else CONFIG.hosts.split(",")
CSRF_TRUSTED_ORIGINS = [CONFIG.address]
DATABASES = {"default": database(CONFIG.database_url or "dbname=firsthand")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The house, from the ground up. Their templates come before those of the packages that
# they dress anew (allauth's doors), and so they stand before them.
FLOORS = [
    "firsthand.kit",
    "firsthand.people",
    "firsthand.media",
    "firsthand.catalogue",
    "firsthand.stock",
    "firsthand.factory",
    "firsthand.price",
    "firsthand.promise",
    "firsthand.pay",
    "firsthand.offer",
    "firsthand.order",
    "firsthand.show",
    "firsthand.insight",
    "firsthand.look",
    "firsthand.faces.shop",
    "firsthand.faces.studio",
    "firsthand.faces.works",
    "firsthand.faces.live",
    "firsthand.faces.api",
    "firsthand.demo",
]
INSTALLED_APPS = [
    *FLOORS,
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "ninja",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "firsthand.app.middleware.count_pages",
    "firsthand.app.middleware.spare_the_database",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "firsthand.app.middleware.ask_second_factor",
    "firsthand.app.middleware.say_refusals",
]
ROOT_URLCONF = "firsthand.app.urls"
WSGI_APPLICATION = "firsthand.app.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# People, and how they come in.
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "firsthand.people.backends.RoleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_FORMS = {
    "login": "firsthand.people.knock.KnockForm",
    "signup": "firsthand.people.knock.JoinForm",
}
ACCOUNT_ADAPTER = "firsthand.people.door.Door"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/ip,5/5m/key", "signup": "20/m/ip"}
# The front writes down who called. Without this everybody would have its address, and ten wrong
# passwords of anybody would shut the door for all.
ALLAUTH_TRUSTED_PROXY_COUNT = 1
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
STAFF_SECOND_FACTOR = CONFIG.staff_second_factor

# Safety of pages.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/office/"],  # the office's own scripts stand in its pages
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF, "blob:"],
        "worker-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": ["'unsafe-inline'"],  # the widths of bars are written on them
        "script-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}

# Words, times, files.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = None  # served from where they lie, by whitenoise
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_URL = "/pictures/"
MEDIA_ROOT = HOME / "pictures"
_mail = urlsplit(CONFIG.email_url)  # smtp://user:password@host:587, or smtps://
EMAIL_BACKEND = (
    f"django.core.mail.backends.{'smtp' if CONFIG.email_url else 'console'}.EmailBackend"
)
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "", _mail.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.username or "", _mail.password or ""
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_USE_TLS = _mail.scheme == "smtp"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = "Firsthand <no-reply@firsthand.invalid>"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# Money.
PAYMENT_PROVIDERS = CONFIG.payment_providers.split(",")
PAYMENT_ADDRESS = CONFIG.payment_address.rstrip("/") or CONFIG.address
PAYMENT_ACCOUNTS = {
    "wechat": {
        "merchant": CONFIG.wechat_merchant,
        "app": CONFIG.wechat_app,
        "key_file": CONFIG.wechat_key_file,
        "key_serial": CONFIG.wechat_key_serial,
        "api_key_file": CONFIG.wechat_api_key_file,
        "public_key_file": CONFIG.wechat_public_key_file,
        "public_key_id": CONFIG.wechat_public_key_id,
    },
    "alipay": {
        "app": CONFIG.alipay_app,
        "seller": CONFIG.alipay_seller,
        "key_file": CONFIG.alipay_key_file,
        "public_key_file": CONFIG.alipay_public_key_file,
    },
    "stripe": {
        "key_file": CONFIG.stripe_key_file,
        "webhook_key_file": CONFIG.stripe_webhook_key_file,
    },
}
HOLD_MINUTES = 15
HOLD_MINUTES_SHORT = 3  # for those who let much go unpaid
WAITING_HOLD_MINUTES = 30  # for who waited: nobody sits in front of the page any more
WAITING_PIECES_MAX = 10_000  # that people may wait for on one offer
MARGIN_PLEDGE_BP = 500  # of the cost; what is published never earns more

# What one may take from the others (docs/abuse.md).
PERSON_PACE, ADDRESS_PACE = CONFIG.person_pace, CONFIG.address_pace  # of presses
PERSON_SOCKETS, ADDRESS_SOCKETS = CONFIG.person_sockets, CONFIG.address_sockets
FRONTS = tuple(name for name in CONFIG.fronts.split(",") if name)
SLOW_QUEUE = CONFIG.slow_queue
NEWS_DAYS = CONFIG.news_days
DEVICE_PEOPLE_MAX = CONFIG.device_people_max  # who get badges at one browser within a day
UNPAID_MAX, UNPAID_A_DAY_MAX = CONFIG.unpaid_max, CONFIG.unpaid_a_day_max

# How plans are made (docs/scheduling.md).
PLAN_SOLVER, PLAN_SECONDS = CONFIG.plan_solver, CONFIG.plan_seconds
PLAN_TERMS = Terms(
    objective=CONFIG.plan_weights,
    chances=CONFIG.plan_chances,
    futures=CONFIG.plan_futures,
    quantile=CONFIG.plan_quantile,
    alarm=CONFIG.plan_alarm,
)
REPLAN_BURST_LOTS = CONFIG.replan_burst_lots
REPLAN_PAUSE_SECONDS = CONFIG.replan_pause_seconds

# The office.
UNFOLD = {
    "SITE_TITLE": "Firsthand",
    "SITE_HEADER": "Firsthand 一手",
    "SITE_URL": "/",
    "SHOW_HISTORY": True,
    "BORDER_RADIUS": "8px",
    "ENVIRONMENT": None,
}

LOGGING_CONFIG = None  # kit/log.py furnishes logging, for each role
PROCRASTINATE_IMPORT_PATHS: list[str] = []
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
