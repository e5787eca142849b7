"""What leaves the house: mail and signed webhooks, written in the transaction of the act and delivered after it.

At least once, with retry; what cannot be delivered stands on the dead-letter list. Bodies are sealed at rest, and no
webhook reaches an address inside the house that was not allowed by name.
"""
