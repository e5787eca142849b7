"""What a file really is: containers walked by their own rules, sound decoded to its end. Knows nothing of recordings.

It promises that whatever passes is whole and bounded; it never trusts a name, a type or a length that a file or its
sender states.
"""
