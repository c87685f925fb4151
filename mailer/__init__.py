"""mailer: the follow-up for people who get on by meeting people."""

__version__ = "0.1.0"
