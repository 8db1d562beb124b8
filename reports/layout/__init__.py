"""An assembled Quarto project without cells goes in; HTML pages, PDF and Word files come out."""
