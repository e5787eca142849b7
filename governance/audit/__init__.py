"""What happened, provably.

This area answers who did what to which recording, when, with what outcome, and proves that no answer was changed
later. An entry commits in the transaction of the act it tells of (no entry, no act); a sequencer moves entries into
an append-only Merkle tree, one a tenant and year; a signer publishes checkpoints, and refuses where the tree does
not extend what it signed before. Personal data enters the tree as salted commitments only, so a person can be erased
while every proof keeps holding.

It never updates or deletes an entry, never puts personal data in a leaf, and never signs a tree it cannot reconcile
with its anchor.

Formats, each byte for byte: RFC 8785 (leaf), RFC 9901 (commitments), RFC 6962 and RFC 9162 (tree and proofs), C2SP
signed-note, tlog-checkpoint, tlog-cosignature, tlog-witness, tlog-tiles, tlog-proof and tlog-policy; RFC 3161 (time).

`merkle`, `tiles`, `leaf`, `disclosure`, `note`, `checkpoint`, `policyfile`, `proof`, `completeness`, `examine`,
`cosignature`, `submission`, `timestamp`, `stamps` and `verify` are pure: an auditor can run them without a database, a server or a key.
"""
