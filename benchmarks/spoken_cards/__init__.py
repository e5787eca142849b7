"""Calls in which cards are spoken and typed, with the truth for each word, and how much of it a redactor leaves.

A template (`templates/`, `heldout/`) and a seed make a call; a call is written in a vendor's format; a redactor answers;
what survives is compared with the truth. Nothing here knows how any detector works: `score` asks ours through the same
door as anybody else's. The README says how to write templates and how to measure another redactor.
"""
