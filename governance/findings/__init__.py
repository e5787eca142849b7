"""WHAT is wrong, until proven right: checks look at state and log, and what does not pass is a finding with owner and deadline.

A finding closes only when the check that opened it passes, and opens again when it fails again. Areas never import
this one: findings look down.
"""
