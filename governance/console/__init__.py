"""The console: the few pages a person opens to find a recording, hear it for a purpose, decide, and read the log.

Rendered on the server, complete without JavaScript but for the sound itself, and made of nothing from elsewhere. It
decides nothing: what a page shows and what a button does, the areas allow or refuse, and a refusal is shown as the
sentence it is. No form is believed that a page of ours did not make, and no page is kept by a browser's cache.
"""
