from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("fulfillment", "0006_parcels_are_shipped"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="release",
            name="fulfillment_release_due",
        ),
    ]
