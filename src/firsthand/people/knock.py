"""The forms at the door. Apart from door.py, since allauth's forms ask for the door first."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm, SignupForm

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


class JoinForm(SignupForm):
    """Whoever signs up with a phone that is taken is told so.

    The other answer would be a page that waits for a code which nobody sends: phones are not
    verified yet, and somebody new is in at once, which tells the two apart anyway.
    """

    def clean(self) -> Any:
        """What was typed, if nobody goes by this phone yet."""
        said = super().clean()
        if self.account_already_exists and "phone" not in self.errors:
            self.add_error("phone", get_adapter().error_messages["phone_taken"])
        return said
