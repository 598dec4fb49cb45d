"""An audience that does not exist: viewers who come in by the public doors, chat and buy."""
