"""People: buyers, founders, crew. One table from the first day, since a founder buys too."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from firsthand.kit.ids import uuid7
from firsthand.people.permissions import permits
from firsthand.people.rules import Deed, Role, in_the_office, may


class PersonManager(BaseUserManager["Person"]):
    """Makes people; whoever has no password cannot log in by one."""

    def create_person(self, *, password: str | None = None, **fields: Any) -> "Person":
        """A person with the given fields; an empty e-mail or phone is none at all."""
        for way in ("email", "phone"):
            fields[way] = fields.get(way) or None
        if fields["email"]:
            fields["email"] = self.normalize_email(fields["email"]).lower()
        person = self.model(**fields)
        if password is None:
            person.set_unusable_password()
        else:
            person.set_password(password)
        person.save(using=self._db)
        return person

    def create_user(self, **fields: Any) -> "Person":
        """The name by which Django and allauth ask for it."""
        return self.create_person(**fields)

    def create_superuser(self, **fields: Any) -> "Person":
        """Someone who may do everything."""
        return self.create_person(**{"roles": [Role.ADMIN.value], **fields})

    def get_by_natural_key(self, username: str | None) -> "Person":
        """By e-mail or phone, whichever it looks like."""
        way = "email" if username and "@" in username else "phone"
        return self.get(**{way: username})


class Person(AbstractBaseUser):
    """Someone who takes part. A guest gave a name and an address, and no password."""

    USERNAME_FIELD: ClassVar[str] = "uuid"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    EMAIL_FIELD: ClassVar[str] = "email"

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=20, unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    title_zh = models.CharField(max_length=60, blank=True)
    title_en = models.CharField(max_length=60, blank=True)
    roles = ArrayField(
        models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role]),
        default=list,
        blank=True,
    )
    is_guest = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(db_default=Now())
    times_signed_out = models.PositiveIntegerField(db_default=0, editable=False)  # everywhere

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                name="phone_is_e164", condition=Q(phone__regex=r"^\+[1-9]\d{6,14}$") | Q(phone=None)
            ),
            models.CheckConstraint(
                name="known_roles", condition=Q(roles__contained_by=[role.value for role in Role])
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    def get_username(self) -> str:
        """What the office calls him."""
        return str(self)

    def get_full_name(self) -> str:
        """The other thing that the office calls him."""
        return str(self)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What his sessions are held to: a new password ends them, and so does his own word."""
        sealed: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        if not self.times_signed_out:
            return sealed
        words = f"{sealed}.{self.times_signed_out}"
        return salted_hmac("firsthand.people.session", words, secret=secret).hexdigest()

    def may(self, deed: Deed) -> bool:
        """Whether one of his roles allows it."""
        return self.is_active and may(self.roles, deed)

    @property
    def is_crew(self) -> bool:
        """Whether he works here: everyone but customers."""
        return self.is_active and bool(set(self.roles) - {Role.CUSTOMER.value})

    @property
    def is_staff(self) -> bool:
        """Whether he may enter the office: everyone but customers, and who works on the floor."""
        return self.is_active and in_the_office(self.roles)

    @property
    def is_superuser(self) -> bool:
        """Whether he may do everything."""
        return self.is_active and Role.ADMIN.value in self.roles

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's question, answered by the roles."""
        return self.is_staff and permits(self.roles, perm)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether anything of an app may be seen in the office."""
        return self.is_staff

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        """Whether he has every one of these permissions."""
        return all(self.has_perm(perm, obj) for perm in perm_list)


class Address(models.Model):
    """Where a person's parcels go."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="addresses")
    recipient = models.CharField(_("recipient"), max_length=60)
    phone = models.CharField(_("phone"), max_length=20)
    region = models.CharField(_("province, city, district"), max_length=120)
    street = models.CharField(_("street and number"), max_length=200)
    is_default = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(is_default=True), name="one_default_address"
            )
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.street}"

    def as_written(self) -> dict[str, str]:
        """The address as it is copied onto an order, which keeps it when this one changes."""
        return {
            "recipient": self.recipient,
            "phone": self.phone,
            "region": self.region,
            "street": self.street,
        }


class BadgeEpoch(models.Model):
    """Badges of an earlier epoch are worth nothing; a trigger of the table of people counts it up.

    It does so when somebody is blocked, gets another password, or signs out everywhere, by
    whatever way that was written: the office, the door, a statement of ours.
    """

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="+")
    epoch = models.PositiveIntegerField()
    since = models.DateTimeField(db_index=True)


class Device(models.Model):
    """A browser, and somebody who came with it lately; forgotten after two days."""

    viewer = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["viewer", "person"], name="a_person_is_once_at_a_device"
            )
        ]


class ApiToken(models.Model):
    """A key to the API for a program of the crew's. Only its digest is kept."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
