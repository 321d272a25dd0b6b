"""The only settings. Everything that differs between sites comes from the environment."""

import sqlite3
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

# A clone runs at once (DEBUG); production must say who it is or it does not start.
DEBUG = env.bool("DEBUG", default=True)
SAMPLE_KEY = "only-for-a-developer's-own-machine"
SECRET_KEY = env("SECRET_KEY", default=SAMPLE_KEY if DEBUG else "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] * DEBUG)
if not DEBUG and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10 or SAMPLE_KEY in SECRET_KEY):
    raise ImproperlyConfigured("DEBUG=0 needs SECRET_KEY in the environment: 50 random letters.")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("DEBUG=0 needs ALLOWED_HOSTS in the environment.")
# A demo on plain http inside the office: cookies can't be marked Secure there.
INSECURE_HTTP = env.bool("INSECURE_HTTP", default=DEBUG)

# The key of the audit chain lives outside the database; without it here, in DATA_DIR/audit.key.
AUDIT_KEY = env("AUDIT_KEY", default="")
# What backups are encrypted with: an age identity, AGE-SECRET-KEY-1... (cchc/backups).
BACKUP_KEY = env("BACKUP_KEY", default="")
# Whoever sends it as "Authorization: Bearer ..." reads the details of /suc-khoe/; "" is nobody.
HEALTH_TOKEN = env("HEALTH_TOKEN", default="")
# Whose X-Real-IP is believed: nginx on this machine; "" is a unix socket, which has no address.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=["", "127.0.0.1", "::1"])

INSTALLED_APPS = [
    "reports",
    "indicators",
    "tasks",
    "cchc",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "cchc.answers.EveryAnswer",
    "cchc.receiving.RequestLimit",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # its files were compressed by collectstatic
    "cchc.middleware.PageGZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cchc.sign_in.sessions.SessionLimits",
    "cchc.sign_in.doors.SignInRequired",
    "cchc.middleware.AccessMiddleware",
    "cchc.sign_in.doors.FirstThings",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cchc.middleware.SamePostsInTurn",
]
ROOT_URLCONF = "cchc.urls"
WSGI_APPLICATION = "cchc.wsgi.application"
AUTH_USER_MODEL = "cchc.User"
AUTHENTICATION_BACKENDS = ["cchc.auth.PasswordBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "reports:dashboard"
LOGOUT_REDIRECT_URL = "login"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tasks.viewing.context",
                "tasks.pages.queues.context",
            ],
        },
    }
]

# SQLite: one writer at a time, taken at BEGIN, so that a read-then-write never fails half way;
# FULL, because an acknowledged update must survive a power cut. No mmap (WAL-reset bug < 3.51.3).
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
}
DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'cchc.sqlite3'}"),
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Each process keeps its connection: on a full disk no new one can be opened, not even to read.
    DATABASES["default"] |= {"OPTIONS": SQLITE_OPTIONS, "CONN_MAX_AGE": None}
else:
    # Each process keeps its connection; with DB_POOL=n its threads share at most n (gthread workers).
    pool = env.int("DB_POOL", default=0)
    DATABASES["default"] |= {"CONN_MAX_AGE": 0 if pool else 300, "CONN_HEALTH_CHECKS": True}
    # A request that takes longer is stuck; a migration or a backup may (manage.py sets ANY_TIME).
    most = "0" if env.bool("ANY_TIME", default=False) else "30s"
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
        f"-c lock_timeout=5s -c statement_timeout={most}"
        f" -c idle_in_transaction_session_timeout={most}"
        # Compiling the ledger's query takes a hundred times as long as running it. With helpers, and with
        # the costs of a disk that turns, the planner reads whole tables (python -m bench explain).
        " -c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
    )
    if pool:
        DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool, "timeout": 5}
SQLITE_VERSION = sqlite3.sqlite_version_info

LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["cchc.formats"]  # Django's own vi formats read 03/11 as 11 March

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns about a missing one
MEDIA_ROOT = DATA_DIR / "media"  # never served by address: cchc.files.send() asks who you are
# s3://bucket/folder: the files lie in an S3-compatible store instead (cchc/object_store.py). Without
# an endpoint (https://s3.vi-du.vn) it is Amazon's.
FILE_STORE_URL = env("FILE_STORE_URL", default="")
FILE_STORE_ENDPOINT = env("FILE_STORE_ENDPOINT", default="")
FILE_STORE_REGION = env("FILE_STORE_REGION", default="")
FILE_STORE_KEY_ID = env("FILE_STORE_KEY_ID", default="")
FILE_STORE_SECRET = env("FILE_STORE_SECRET", default="")
# MB of pages that each process keeps until the next write (cchc/kept.py); 0 while templates change.
KEEP_PAGES_MB = env.int("KEEP_PAGES_MB", default=0 if DEBUG else 8)
# 1: nginx itself sends the files of MEDIA_ROOT/ev, from its internal location /kho-tep/.
ACCEL_REDIRECT = env.bool("ACCEL_REDIRECT", default=False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MAX_UPLOAD_BYTES = 25 * 1024 * 1024
MAX_REQUEST_BYTES = 30 * 1024 * 1024  # of a whole request; nginx has the same limit
FILE_UPLOAD_HANDLERS = [
    "cchc.receiving.MeasureBigFiles",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# What is too big for memory while it comes in; what a killed process leaves of it is swept (fsck).
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "uploading"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# How people sign in (cchc/sign_in). Every rule for passwords is in cchc/passwords.py.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "cchc.passwords.LengthValidator"},
    {"NAME": "cchc.passwords.GuessableValidator"},
]
# A password that the administrator has given is good for so long, for one sign-in.
TEMPORARY_PASSWORD_HOURS = env.int("TEMPORARY_PASSWORD_HOURS", default=24)
# 1: administrator and coordinator must set up a second step; everybody may.
REQUIRE_MFA = env.bool("REQUIRE_MFA", default=False)
# Encrypts the seeds of the second step; without it SECRET_KEY does. Former ones of the latter:
MFA_KEY = env("MFA_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Minutes without a request, hours in any case, then one signs in again (15 minutes: strict).
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=30)
SESSION_HOURS = env.int("SESSION_HOURS", default=12)
# The province's sign-in, beside the password; the return address to register with it is
# SITE_URL/dang-nhap/lien-thong/ve/. People are found by their verified mail, or, where this names a
# claim, by that claim as their user name.
OIDC_SERVER_URL = env("OIDC_SERVER_URL", default="")
OIDC_CLIENT_ID = env("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env("OIDC_NAME", default="đăng nhập một lần của tỉnh")
OIDC_USERNAME_CLAIM = env("OIDC_USERNAME_CLAIM", default="")

SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not INSECURE_HTTP
# __Host-: no other host of the domain can set them, and they only travel by https.
SESSION_COOKIE_NAME = "sessionid" if INSECURE_HTTP else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if INSECURE_HTTP else "__Host-csrftoken"
CSRF_COOKIE_HTTPONLY = True  # no script of ours reads it
SECURE_SSL_REDIRECT = not INSECURE_HTTP
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if not INSECURE_HTTP else None
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not INSECURE_HTTP
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CSRF_FAILURE_VIEW = "cchc.views.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Automatic notices of đôn đốc: days from the due day, negative before it (tasks/ladder.py).
REMINDER_DAYS = env.list("REMINDER_DAYS", cast=int, default=[-15, -5, 1, 15])
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's select caret is a data: picture
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Mails name pages by their whole address. EMAIL_URL: smtp+tls://user:password@host:587, with the
# user's and the password's own special letters as %40 and the like; without it mails are printed.
SITE_URL = env("SITE_URL", default="http://localhost:8000" if DEBUG else "").rstrip("/")
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Kế hoạch CCHC <cchc@localhost>")

# These write the address that was asked for: a calendar's is a secret.
SAYS_ADDRESSES = {"filters": ["hide_secrets"]}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"hide_secrets": {"()": "cchc.logs.HideSecrets"}},
    "formatters": {
        "line": {
            "()": "cchc.logs.OneLine",
            "format": "%(asctime)s %(levelname)s %(request_number)s %(name)s %(message)s",
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"} | SAYS_ADDRESSES
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "cchc.security": {"level": "INFO"},
        "django.request": SAYS_ADDRESSES,
        "django.security.csrf": SAYS_ADDRESSES,
        "django.server": SAYS_ADDRESSES
        | {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
