from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_failed_refunds")]

    operations = [
        migrations.AddField(model_name="refund", name="tell_customer", field=models.BooleanField(default=True)),
    ]
