"""The pages for the people recorded: ask for your data, prove who you are with a code, fetch your package.

They need no account and no script, speak the language of whoever reads them, and use nothing up by being looked at:
mail scanners follow links. What a stranger may do here is to ask, and to show a code that we have sent.
"""
