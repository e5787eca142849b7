"""Readers of what recorders write: each yields `Interaction`s and never touches the catalog.

A reader takes a document from somebody else's machine. It fetches nothing, follows no path or link the document
names, keeps within bounds of size, depth and count, and raises only errors of this product, without any value of the
document in them. A document is taken in whole or not at all; what is left out on purpose is said in `warnings`.
"""
