"""Users, memberships and keys are global (read before a tenant is known); channels and approvals belong to one."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from oms.accounts import roles
from oms.accounts.tokens import invitation_token
from oms.core.db.keys import uuid7
from oms.core.db.tenant import TenantModel
from oms.core.models import Tenant


class Users(BaseUserManager):
    def get_by_natural_key(self, email: str):
        return self.get(email=email.lower())

    def create_user(self, *, email: str, name: str = "", password: str | None = None) -> "User":
        user = self.model(email=email.strip().lower(), name=name)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A person; what they may do is in their memberships."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=now)
    preferences = models.JSONField(default=dict, blank=True)

    objects = Users()

    USERNAME_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.email

    def has_perm(self, *_: object) -> bool:
        """Django's own permissions are not used: a membership's role decides."""
        return False

    has_perms = has_module_perms = has_perm


class Membership(models.Model):
    """What one person may do at one merchant. Empty ``locations`` or ``channels`` mean all of them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="memberships")
    role = models.TextField()
    locations = ArrayField(models.UUIDField(), default=list, blank=True)
    channels = ArrayField(models.UUIDField(), default=list, blank=True)
    limits = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=now)
    last_seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user"], name="accounts_membership_once"),
            models.CheckConstraint(condition=Q(role__in=sorted(roles.LABELS)), name="accounts_membership_role"),
        ]


class Invitation(models.Model):
    """A place in a team kept for an e-mail address. The token is stored hashed and works once.

    It is also the work row of its own mail: ``mail_due_at`` is when to send (again), null once sent.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    email = models.EmailField()
    role = models.TextField()
    locations = ArrayField(models.UUIDField(), default=list, blank=True)
    channels = ArrayField(models.UUIDField(), default=list, blank=True)
    token_hash = models.TextField(unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(null=True)
    mail_attempts = models.SmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["mail_due_at"], name="accounts_invitation_mail", condition=Q(mail_due_at__isnull=False)
            )
        ]

    @property
    def token(self) -> str:
        """For the mail alone; whoever has it may join."""
        return invitation_token(tenant_id=self.tenant_id, email=self.email, expires_at=self.expires_at)


class ApiKey(models.Model):
    """A program's credential. ``prefix`` finds it, ``secret_hash`` (SHA-256 of 256 random bits) proves it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    name = models.CharField(max_length=80)
    prefix = models.TextField(unique=True)
    secret_hash = models.TextField()
    scopes = ArrayField(models.TextField())
    locations = ArrayField(models.UUIDField(), default=list, blank=True)
    channels = ArrayField(models.UUIDField(), default=list, blank=True)
    created_by = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)


class SalesChannel(TenantModel):
    """Where orders come from. Carrier accounts, buffers and messages may name one; the connection is another thing.

    ``told_by`` says who tells the customer what happens to an order: us, the channel itself, or nobody.
    """

    code = models.TextField(db_collation="C")
    name = models.TextField()
    kind = models.TextField(default="manual")
    told_by = models.TextField(default="nobody")
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="accounts_channel_code"),
            models.CheckConstraint(
                condition=Q(told_by__in=["us", "channel", "nobody"]), name="accounts_channel_told_by"
            ),
        ]


class Approval(TenantModel):
    """Something above one person's limit, waiting for another to decide. Nobody decides their own."""

    WAITING, APPROVED, DECLINED = "waiting", "approved", "declined"

    verb = models.TextField()
    sentence = models.TextField()
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    params = models.JSONField()
    state = models.TextField(default=WAITING)
    requested_by = models.JSONField()
    requested_at = models.DateTimeField()
    decided_by = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True, default="")

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "approved", "declined"]), name="accounts_approval_state"
            )
        ]
        indexes = [models.Index(fields=["tenant_id", "state", "-requested_at", "-id"], name="accounts_approval_list")]
