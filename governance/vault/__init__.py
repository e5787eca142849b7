"""The only way to the bytes of a recording.

Every blob is encrypted under its own data key as it streams in; the key, wrapped, is a row, and deleting that row in
the transaction of the act is what erases the blob. Bytes are opened and shredded with a `Grant` only. Clear bytes
never touch a disk, not even on their way in or while they are worked on (`spool`).
"""
