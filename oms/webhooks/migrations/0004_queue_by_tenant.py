from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webhooks", "0003_rotating_secrets"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="message",
            name="webhooks_message_due",
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "due")), fields=["tenant_id", "due_at"], name="webhooks_message_due"
            ),
        ),
    ]
