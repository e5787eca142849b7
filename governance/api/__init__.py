"""The API door: HTTP in, areas asked, HTTP out.

It promises that nobody gets past it unnamed, that what an act has written is durable before its answer leaves, that
every error is a problem (RFC 9457) which says nothing it should not, and that no upload touches a disk in clear. It
decides nothing: permissions, quarantine and holds are the areas' affair.
"""
