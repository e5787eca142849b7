"""Why something was refused: a closed vocabulary. The code stands in the log and in the answer, the sentence explains it."""

from __future__ import annotations

from typing import Final, Literal, get_args

Reason = Literal[
    "other_tenant",
    "account_disabled",
    "not_in_key_scopes",
    "permission_missing",
    "out_of_scope",
    "quarantined",
    "erased",
    "suspected_sad",
    "level_mismatch",
    "purpose_missing",
    "purpose_unknown",
    "purpose_not_for_role",
    "purpose_not_for_level",
    "purpose_restricted",
    "break_glass_not_approved",
    "break_glass_same_person",
    "break_glass_expired",
    "break_glass_other",
    "own_account",
    "same_person",
    "decided_before",
    "not_a_person",
    "not_the_house",
]

SENTENCES: Final[dict[Reason, str]] = {
    "other_tenant": "It belongs to another tenant, or to the house.",
    "account_disabled": "The account is disabled or does not exist.",
    "not_in_key_scopes": "The API key was not made for this.",
    "permission_missing": "The role does not have this permission.",
    "out_of_scope": "The role has this permission, but not for this recording.",
    "quarantined": "The recording is in quarantine: nobody plays it, whatever their role.",
    "erased": "The recording has been erased.",
    "suspected_sad": "Sensitive authentication data is suspected in the recording: nobody plays it.",
    "level_mismatch": "The permission does not open this level of the recording.",
    "purpose_missing": "A purpose must be named.",
    "purpose_unknown": "There is no such purpose.",
    "purpose_not_for_role": "The role may not use recordings for this purpose.",
    "purpose_not_for_level": "This purpose may not use this level of a recording.",
    "purpose_restricted": "The recording may not be used for this purpose: it is restricted.",
    "break_glass_not_approved": "The break-glass has not been approved, or is over.",
    "break_glass_same_person": "The break-glass was approved by the person who asked for it.",
    "break_glass_expired": "The break-glass has expired.",
    "break_glass_other": "The break-glass was given for something else.",
    "own_account": "Nobody changes what they themselves may do.",
    "same_person": "Another person approves what one person has asked for.",
    "decided_before": "Whoever decided about a recording, asked for its release or looked at what was found in it does not judge how it was redacted.",
    "not_a_person": "This takes a person who has signed in, not a key or a machine.",
    "not_the_house": "Only the house itself may act so.",
}

REASONS: Final[tuple[Reason, ...]] = get_args(Reason)
