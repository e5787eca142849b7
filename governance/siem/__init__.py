"""Where the log is told to the organisation's own watch: every entry, in order, to each sink (SIEM, collector, file).

At least once and without a gap: whoever reads a sink sees the index of every entry and can tell what is missing by itself.
What is sent holds the entry's own bytes or their hash, so that a copy can be proved years later. Nothing personal leaves
unless the sink's policy says so, and no secret of a sink stands in a policy, in the database or in the log.
"""
