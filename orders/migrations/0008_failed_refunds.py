from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_protect_ratings")]

    operations = [
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(("state", "failed")), fields=["tenant_id", "order"], name="orders_refund_failed"
            ),
        ),
    ]
