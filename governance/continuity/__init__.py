"""Continuity: WHAT SURVIVES the loss of a machine, and what must not.

A backup is one portable form for both databases: rows, ciphertext, a signed list of both. Keys, anchor and erasure
ledger are never part of it: whoever holds a backup alone can read nothing, and what was erased after it was made is
erased again when it is restored. It never leaves a half-restored house open, and the log says that it was restored.
"""
