"""Export files in, a `RawTable` of texts as delivered out; nothing is converted here."""

from analysis.read.export import read_export

__all__ = ["read_export"]
