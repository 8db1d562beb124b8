"""A study and its published tables in, the tables of the method page out.

How it was weighted and what that changed (weighting), what was tested and planned (testing), what
is held equal (adjusted), how the intervals fare (simulation), and the words used (glossary).
"""
