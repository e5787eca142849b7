"""Speech engines: what writes down a recording that came without a transcript, so that its words can be examined.

An engine is chosen by policy, runs in a process of its own that can be ended, reads the sound through a pipe (clear bytes touch
no disk) and fetches nothing. Whatever it does wrong, the recording stays in quarantine.
"""
