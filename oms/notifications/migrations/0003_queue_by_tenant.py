from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_protect")]

    operations = [
        migrations.AddField(
            model_name="customermessage",
            name="resent",
            field=models.SmallIntegerField(default=0),
        ),
        migrations.RemoveIndex(model_name="customermessage", name="notifications_message_due"),
        migrations.AddIndex(
            model_name="customermessage",
            index=models.Index(
                condition=models.Q(("state__in", ["due", "sending"])),
                fields=["tenant_id", "due_at"],
                name="notifications_message_due",
            ),
        ),
    ]
