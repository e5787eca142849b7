"""HOW LONG, and who may stop the clock: every recording has a class, a period and an action, and nothing is kept by silence.

The first rule of policies/retention.yaml that matches a recording wins; a legal hold outranks every rule, and an open
request suspends erasure. What a sweep erases it certifies, and what it would erase can be seen before.
"""
