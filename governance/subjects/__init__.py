"""Requests of the people recorded, customers and staff: access and objection, each under its legal clock.

Nobody gets anything before a person has confirmed, recording by recording, that it is theirs; an objection holds from
its first commit on, for recordings present and future; a refusal carries reasons, complaint and remedy.
"""
