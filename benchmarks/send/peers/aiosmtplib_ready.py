"""aiosmtplib with ready octets: PORT FOLDER SESSIONS. Nothing is stored, so a crash forgets what was sent."""

import asyncio
import sys

import aiosmtplib
from measure import Watch, letters

port, folder, sessions = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])


async def session(waiting):
    sent = 0
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False) as smtp:
        while waiting:
            to, raw = waiting.pop()
            await smtp.sendmail("dana@example.com", [to], raw)
            sent += 1
    return sent


async def main():
    waiting = letters(folder)
    watch = Watch()
    watch.report(sum(await asyncio.gather(*(session(waiting) for _ in range(sessions)))))


asyncio.run(main())
