"""The standard library's smtplib with ready octets on one connection: PORT FOLDER."""

import smtplib
import sys

from measure import Watch, letters

waiting = letters(sys.argv[2])
watch = Watch()
with smtplib.SMTP("127.0.0.1", int(sys.argv[1])) as smtp:
    for to, raw in waiting:
        smtp.sendmail("dana@example.com", [to], raw)
watch.report(len(waiting))
