"""The form at the door. Apart from door.py, since allauth's forms ask for the door first."""

from typing import Any

from allauth.account.forms import LoginForm

from firsthand.people.door import as_e164


class KnockForm(LoginForm):
    """E-mail or phone in one field; a phone may be typed with blanks or without its country."""

    def clean_login(self) -> Any:
        """What was typed, in the one way of writing by which we know people."""
        login = super().clean_login()
        if "@" in login:
            return login
        try:
            return as_e164(login)
        except ValueError:
            return login  # nobody's, as the next step will find
