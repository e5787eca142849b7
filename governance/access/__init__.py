"""Access: WHO may do WHAT, for WHICH purpose.

It decides on facts passed in and imports nothing above it. It promises that a denial carries a reason code and is
logged, that a list shows exactly what reading would allow, and that nobody opens bytes without a `Grant`, which only
`access.service` makes. It never decides by a route or a screen, and never opens what is in quarantine: for no role,
no purpose and no emergency.
"""
