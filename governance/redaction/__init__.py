"""WHAT must not be heard or read: finds card and personal data in words and sound, and removes it, or fails closed.

The library half (`text`, `cards`, `personal`, `looser`, `dtmf`, `audio`, `transcripts`, `rules`, `residue`, `spans`)
needs no database, no server and no key. It promises that whatever it returns as redacted has every finding removed,
and that what it cannot examine is said to be unexamined; it never says "nothing found" about something it did not
understand, and no finding, report or error repeats the data found.
"""
