"""The journey of `make demo`: sample calls come in, their card data goes, people are let in and refused, the log proves it.

Everything runs through the same verbs as the service itself; nothing here knows what the samples hold. A second run
finds what the first one left and only repeats the journey.
"""
