"""The door to what the net says of a mail domain: which servers an address has, and who says so.

for found in find("dana@example.com", PUBLIC, answers):
    ...
"""

from mailer.discovery.found import Found, Places
from mailer.discovery.search import PUBLIC, find

__all__ = ["PUBLIC", "Found", "Places", "find"]
