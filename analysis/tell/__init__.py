"""The published tables in, what a reader meets out: sentences, tables, workbooks and codebooks.

Charts have a room of their own; the words themselves lie in `analysis.phrases`.
"""
