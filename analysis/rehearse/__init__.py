"""A declared study in, exports with invented answers out, to rehearse a report before fieldwork."""
