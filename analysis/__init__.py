"""The verbs: one step a module, nouns in and nouns out; `pipeline` knows the order."""
