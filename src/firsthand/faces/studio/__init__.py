"""The crew's pages: the director's console, the prompter, the report."""
