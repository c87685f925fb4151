"""The owner's configuration: found, read, checked, typed."""

from mailer.config.load import load_config, parse_config
from mailer.config.model import Config, redact_url
from mailer.config.part import is_loopback
from mailer.config.places import DATABASE_FILE, database_url, find_config, state_dir
from mailer.config.schema import json_schema
from mailer.config.shape import FirstStart, LoopBack, OwnMail, Review, SentCopy, UpdateReview
from mailer.config.sign_in import Auth

__all__ = [
    "DATABASE_FILE",
    "Auth",
    "Config",
    "FirstStart",
    "LoopBack",
    "OwnMail",
    "Review",
    "SentCopy",
    "UpdateReview",
    "database_url",
    "find_config",
    "is_loopback",
    "json_schema",
    "load_config",
    "parse_config",
    "redact_url",
    "state_dir",
]
