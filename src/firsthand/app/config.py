"""Everything that may differ between two places, by the name of its environment variable.

Read once, when the process starts. ``docs/settings.md`` tells of each; a test of the house
compares the two. Nothing else in the house reads the environment.
"""

import os
import secrets
from dataclasses import dataclass, field, fields
from pathlib import Path

import platformdirs

from firsthand.factory.objective import Objective
from firsthand.factory.planning.terms import Chances, weights
from firsthand.kit.pace import Tolerance


def _home() -> Path:
    return Path(platformdirs.user_data_dir("firsthand"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The variables, with what holds where nothing is said."""

    home: Path = field(default_factory=_home, metadata={"env": "FIRSTHAND_HOME"})
    database_url: str = field(default="", metadata={"env": "DATABASE_URL"})
    secret: str = field(default="", metadata={"env": "FIRSTHAND_SECRET"})
    debug: bool = field(default=False, metadata={"env": "FIRSTHAND_DEBUG"})
    log_json: bool = field(default=False, metadata={"env": "FIRSTHAND_LOG_JSON"})
    hosts: str = field(default="localhost,127.0.0.1", metadata={"env": "FIRSTHAND_HOSTS"})
    bind: str = field(default="127.0.0.1", metadata={"env": "FIRSTHAND_BIND"})
    port: int = field(default=8000, metadata={"env": "FIRSTHAND_PORT"})
    https: bool = field(default=False, metadata={"env": "FIRSTHAND_HTTPS"})
    web_port: int = field(default=8001, metadata={"env": "FIRSTHAND_WEB_PORT"})
    live_port: int = field(default=8002, metadata={"env": "FIRSTHAND_LIVE_PORT"})
    media_port: int = field(default=8003, metadata={"env": "FIRSTHAND_MEDIA_PORT"})
    rtmp_port: int = field(default=1935, metadata={"env": "FIRSTHAND_RTMP_PORT"})
    payment_providers: str = field(
        default="sandbox", metadata={"env": "FIRSTHAND_PAYMENT_PROVIDERS"}
    )
    payment_address: str = field(default="", metadata={"env": "FIRSTHAND_PAYMENT_ADDRESS"})
    wechat_merchant: str = field(default="", metadata={"env": "FIRSTHAND_WECHAT_MERCHANT"})
    wechat_app: str = field(default="", metadata={"env": "FIRSTHAND_WECHAT_APP"})
    wechat_key_file: str = field(default="", metadata={"env": "FIRSTHAND_WECHAT_KEY_FILE"})
    wechat_key_serial: str = field(default="", metadata={"env": "FIRSTHAND_WECHAT_KEY_SERIAL"})
    wechat_api_key_file: str = field(default="", metadata={"env": "FIRSTHAND_WECHAT_API_KEY_FILE"})
    wechat_public_key_file: str = field(
        default="", metadata={"env": "FIRSTHAND_WECHAT_PUBLIC_KEY_FILE"}
    )
    wechat_public_key_id: str = field(
        default="", metadata={"env": "FIRSTHAND_WECHAT_PUBLIC_KEY_ID"}
    )
    alipay_app: str = field(default="", metadata={"env": "FIRSTHAND_ALIPAY_APP"})
    alipay_seller: str = field(default="", metadata={"env": "FIRSTHAND_ALIPAY_SELLER"})
    alipay_key_file: str = field(default="", metadata={"env": "FIRSTHAND_ALIPAY_KEY_FILE"})
    alipay_public_key_file: str = field(
        default="", metadata={"env": "FIRSTHAND_ALIPAY_PUBLIC_KEY_FILE"}
    )
    stripe_key_file: str = field(default="", metadata={"env": "FIRSTHAND_STRIPE_KEY_FILE"})
    stripe_webhook_key_file: str = field(
        default="", metadata={"env": "FIRSTHAND_STRIPE_WEBHOOK_KEY_FILE"}
    )
    staff_second_factor: bool = field(
        default=False, metadata={"env": "FIRSTHAND_STAFF_SECOND_FACTOR"}
    )
    database_patience_seconds: int = field(
        default=5, metadata={"env": "FIRSTHAND_DATABASE_PATIENCE_SECONDS"}
    )
    clock_skew_seconds: int = field(default=0, metadata={"env": "FIRSTHAND_CLOCK_SKEW_SECONDS"})
    email_url: str = field(default="", metadata={"env": "FIRSTHAND_EMAIL_URL"})

    unpaid_max: int = field(default=5, metadata={"env": "FIRSTHAND_UNPAID_MAX"})
    unpaid_a_day_max: int = field(default=20, metadata={"env": "FIRSTHAND_UNPAID_A_DAY_MAX"})
    device_people_max: int = field(default=5, metadata={"env": "FIRSTHAND_DEVICE_PEOPLE_MAX"})
    person_pace: Tolerance = field(
        default=Tolerance(10, 60, 1), metadata={"env": "FIRSTHAND_PERSON_PACE"}
    )
    address_pace: Tolerance = field(
        default=Tolerance(500, 20_000, 100), metadata={"env": "FIRSTHAND_ADDRESS_PACE"}
    )
    person_sockets: int = field(default=20, metadata={"env": "FIRSTHAND_PERSON_SOCKETS"})
    address_sockets: int = field(default=2000, metadata={"env": "FIRSTHAND_ADDRESS_SOCKETS"})
    fronts: str = field(default="", metadata={"env": "FIRSTHAND_FRONTS"})
    slow_queue: bool = field(default=True, metadata={"env": "FIRSTHAND_SLOW_QUEUE"})
    news_days: int = field(default=30, metadata={"env": "FIRSTHAND_NEWS_DAYS"})

    plan_solver: str = field(default="best", metadata={"env": "FIRSTHAND_PLAN_SOLVER"})
    plan_seconds: int = field(default=30, metadata={"env": "FIRSTHAND_PLAN_SECONDS"})
    plan_weights: Objective = field(
        default=Objective(1, 0.1, 0.1, 0.05), metadata={"env": "FIRSTHAND_PLAN_WEIGHTS"}
    )
    plan_chances: Chances = field(default=Chances(), metadata={"env": "FIRSTHAND_PLAN_CHANCES"})
    plan_futures: int = field(default=200, metadata={"env": "FIRSTHAND_PLAN_FUTURES"})
    plan_quantile: float = field(default=0.95, metadata={"env": "FIRSTHAND_PLAN_QUANTILE"})
    plan_alarm: float = field(default=0.80, metadata={"env": "FIRSTHAND_PLAN_ALARM"})
    replan_burst_lots: int = field(default=5, metadata={"env": "FIRSTHAND_REPLAN_BURST_LOTS"})
    replan_pause_seconds: int = field(
        default=60, metadata={"env": "FIRSTHAND_REPLAN_PAUSE_SECONDS"}
    )

    @property
    def name(self) -> str:
        """By which of its names the house calls itself: what it listens on, if that is one."""
        names = [name for name in self.hosts.split(",") if name and name[0] not in ".*"]
        return self.bind if self.bind in names or not names else names[0]

    @property
    def address(self) -> str:
        """The one address that people type."""
        return f"{'https' if self.https else 'http'}://{self.name}:{self.port}"


def read(environment: "os._Environ[str] | dict[str, str]" = os.environ) -> Config:
    """The variables as they stand in an environment; one that makes no sense is named."""
    said: dict[str, object] = {}
    for one in fields(Config):
        name = one.metadata["env"]
        if name not in environment:
            continue
        word = environment[name]
        try:
            said[one.name] = _parsed(one.name, word)
        except ValueError as fault:
            raise SystemExit(f"{name}={word!r} makes no sense: {fault}") from None
    return Config(**said)  # type: ignore[arg-type]  # each was parsed by its own kind above


def _parsed(name: str, word: str) -> object:
    kind = Config.__annotations__[name]
    if kind is bool:
        if word.lower() not in {"yes", "no", "1", "0", "true", "false", "on", "off"}:
            raise ValueError("say yes or no")
        return word.lower() in {"yes", "1", "true", "on"}
    if kind is int:
        return int(word)
    if kind is float:
        return float(word)
    if kind is Objective:
        return weights(word)
    if kind in {Tolerance, Chances}:
        return kind.of(word)
    return Path(word).expanduser().resolve() if kind is Path else word


def kept_secret(config: Config) -> str:
    """The house's secret: the one that was given, or one made once and kept in its home."""
    if config.secret:
        return config.secret
    kept = config.home / "secret"
    config.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return kept.read_text(encoding="ascii")
