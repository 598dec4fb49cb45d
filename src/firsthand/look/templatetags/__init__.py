"""Django looks for template libraries here."""
