"""Recording Governance: recordings come in, card data goes, only the right people hear them, and the log proves it.

Doors (`cli`, `app`, `jobs`, `api`, `console`) let people in; areas (`redaction`, `recordings`, `vault`, `access`,
`audit`) decide and act; ground (`runtime`, `tenancy`, `policy`, `storage`, `keys`, `db`, `config`, `clock`,
`errors`) holds them up. Imports go downwards only; docs/architecture.md is the map.
"""

__version__ = "0.1.0"
