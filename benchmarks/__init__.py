"""Measurements, one command each: every number beside a peer or a limit that was measured in the same run."""
