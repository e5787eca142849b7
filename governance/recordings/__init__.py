"""The catalog: every recording, its media, renditions, transcripts, derived files and parties.

A recording is one interaction. Whatever happens to it happens to all of its copies in one act, which says
*incomplete* until every copy has answered. Holds, restrictions and quarantine are rows here, written by the areas
above. Identifiers of people are sealed, and found again by a keyed blind index. It never decides who may read.
"""
