"""All settings: read from the environment once, checked at start, frozen."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
_SHORTEST_KEY = 32


class Settings(BaseSettings):
    """The environment's ``TRAINING_APP_*`` variables; see ``docs/reference/settings.md``."""

    model_config = SettingsConfigDict(env_prefix="TRAINING_APP_", frozen=True, extra="ignore")

    env: Literal["development", "production", "test"] = Field(
        "development", description="Which rules of start-up hold."
    )
    instance: Path = Field(ROOT / "instance", description="Folder of the embedded database, keys and files.")
    database_url: str = Field("", description="Database; SQLite in the instance folder when empty.")
    secret_key: str = Field("", description="Any text of 32 characters or more; the signing keys are derived from it.")
    field_key: str = Field("", description="Any text of 32 characters or more; personal fields are encrypted under it.")
    base_url: str = Field("", description="The address people use, as https://host; needed in production.")
    storage_url: str = Field("", description="Where files are kept: file:FOLDER; in the instance folder when empty.")
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Host names the server answers to, separated by commas; any in development."
    )
    linked_modules: Annotated[tuple[str, ...], NoDecode] = Field(
        ("training_app.linked.appraisal",),
        description="Linked modules switched on, by dotted name, separated by commas.",
    )
    default_locale: Literal["zh_CN", "en"] = Field("zh_CN", description="The interface's language for newcomers.")
    timezone: str = Field("Asia/Shanghai", description="The county's time zone.")
    checkin_step_seconds: int = Field(5, ge=3, le=15, description="Seconds between two check-in codes of a new class.")
    attendance_check_out: bool = Field(False, description="Whether classes want people to check out, too.")
    attendance_early_minutes: int = Field(
        10, ge=0, le=240, description="Leaving so many minutes before the end is early leaving."
    )
    attendance_lates_per_absence: int = Field(
        0, ge=0, le=10, description="So many times late count as one absence; 0 switches it off."
    )
    attendance_half_day_hours: float = Field(4, ge=0, le=12, description="Hours of half a day where no lesson says.")
    attendance_absent_days: float = Field(
        2, ge=0, le=30, description="Days absent without leave from which withdrawal is proposed; 0 switches it off."
    )
    leave_academic_over_half_days: int = Field(
        1, ge=0, le=60, description="Leave of more half-days than this needs academic affairs, too."
    )
    leave_organisation_over_half_days: int = Field(
        6, ge=0, le=60, description="Leave of more half-days than this needs the organisation department, too."
    )
    demo_password: str = Field("", description="Password of the demonstration accounts; random when empty.")
    metrics: bool = Field(False, description="Whether GET /metrics answers.")
    session_hours: int = Field(12, ge=1, le=168, description="Hours after which a session ends whatever happens.")
    idle_minutes: int = Field(120, ge=5, description="Minutes without a request after which a session ends.")
    county_name: str = Field("", description="The county's name as it stands on pages and documents.")
    certificate_prefix: str = Field(
        "", description="Abbreviation before certificate numbers; 澜结 for 澜川县 when empty."
    )
    certificate_issuers: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Who signs certificates, separated by commas; organisation department and party school when empty.",
    )
    signing_key: Path | None = Field(
        None, description="Key that signs archive packages; made in the instance folder when empty."
    )
    font_dir: Path | None = Field(None, description="Folder of further document fonts (bold, 仿宋, rare signs).")
    password_hash_cost: int = Field(3, ge=1, description="Argon2 time cost; lower it only in tests.")

    @field_validator("linked_modules", "trusted_hosts", "certificate_issuers", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, values: dict[str, object]) -> dict[str, object]:
        """Give development its own keys, kept in the instance folder; production must bring them."""
        env = values.get("env", "development")
        instance = Path(str(values.get("instance") or ROOT / "instance"))
        values["database_url"] = values.get("database_url") or f"sqlite:///{instance / 'zhixing.db'}"
        values["storage_url"] = values.get("storage_url") or f"file:{instance / 'files'}"
        for name in ("secret_key", "field_key"):
            if not values.get(name) and env != "production":
                values[name] = _kept_key(instance / f"{name}.txt")
        return values

    @model_validator(mode="after")
    def _check(self) -> Settings:
        for name in ("secret_key", "field_key"):
            key = getattr(self, name)
            if len(key) < _SHORTEST_KEY:
                raise ValueError(f"TRAINING_APP_{name.upper()} needs {_SHORTEST_KEY} characters or more")
        if self.env == "production":
            if self.secret_key == self.field_key or len(set(self.secret_key)) < 8 or len(set(self.field_key)) < 8:
                raise ValueError("TRAINING_APP_SECRET_KEY and TRAINING_APP_FIELD_KEY must be random and differ")
            if not self.base_url.startswith("https://"):
                raise ValueError("TRAINING_APP_BASE_URL must be the https:// address people use")
            if not self.trusted_hosts:
                raise ValueError("TRAINING_APP_TRUSTED_HOSTS must name the hosts to answer to")
        return self

    @property
    def is_https(self) -> bool:
        """Whether people reach the server by TLS; decides the cookies' names and flags."""
        return self.base_url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite")


def _kept_key(path: Path) -> str:
    """A random key that stays the same between starts, readable by the owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii").strip()
