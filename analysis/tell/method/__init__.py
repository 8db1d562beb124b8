"""A study and its published tables in, the tables of the method page out.

How the sample came about (sampling), how it was weighted and what that changed (weighting), what
changed between the waves (changes), what was tested and planned (testing), what is held equal
(adjusted), how the intervals fare (simulation), and the words used (glossary).
"""
