"""django-mailer and django-post_office with SQLite: PORT FOLDER WHICH. Queues every letter, then sends the queue.

Both as their documentation says, one process; `seconds` is the sending, `queued_in` what queueing took before.
"""

import json
import logging
import os
import sys
import time
from pathlib import Path

import django
from django.conf import settings
from measure import Watch

port, folder, which = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
database = folder / f"{which}.sqlite3"
database.unlink(missing_ok=True)
SMTP = "django.core.mail.backends.smtp.EmailBackend"
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}},
    INSTALLED_APPS=["django.contrib.contenttypes", "mailer" if which == "django-mailer" else "post_office"],
    EMAIL_BACKEND="mailer.backend.DbBackend" if which == "django-mailer" else "post_office.EmailBackend",
    MAILER_EMAIL_BACKEND=SMTP,
    MAILER_LOCK_PATH=str(folder / "django-mailer.lock"),
    POST_OFFICE={"BACKENDS": {"default": SMTP}},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    EMAIL_HOST="127.0.0.1",
    EMAIL_PORT=port,
    SECRET_KEY="a benchmark",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
django.setup()
logging.disable(logging.CRITICAL)
os.chdir(folder)

from django.core.mail import EmailMultiAlternatives, get_connection  # noqa: E402 -- needs the settings
from django.core.management import call_command  # noqa: E402

call_command("migrate", verbosity=0)
people = [json.loads(line) for line in (folder / "people.jsonl").read_text().splitlines()]
text, page = (folder / "text.txt").read_text(), (folder / "page.html").read_text()


def message(person):
    subject = "A short update on my search: November"
    made = EmailMultiAlternatives(subject, f"Hi {person['name']},\n\n{text}", "dana@example.com", [person["to"]])
    made.attach_alternative(page, "text/html")
    return made


def drain_django_mailer():
    from mailer.engine import send_all
    from mailer.models import Message, MessageLog

    send_all()
    assert not Message.objects.exists()
    return MessageLog.objects.count()


def drain_post_office():
    from post_office.mail import send_queued_mail_until_done
    from post_office.models import STATUS, Email

    send_queued_mail_until_done()
    return Email.objects.filter(status=STATUS.sent).count()


began = time.perf_counter()
get_connection().send_messages([message(each) for each in people])
queued_in = time.perf_counter() - began
watch = Watch()
sent = drain_django_mailer() if which == "django-mailer" else drain_post_office()
watch.report(sent, queued_in=queued_in)
