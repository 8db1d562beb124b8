"""Pages with short Python cells go in; Quarto documents without cells come out."""
