"""Where the house is put together: settings, addresses, processes, the command line."""
