"""Files nobody would write, made from those that vendors do: what reads them must refuse or redact, and nothing else."""
