"""Compared estimates, samples and findings in, everything that may be published out."""

from analysis.publish.gate import publish

__all__ = ["publish"]
