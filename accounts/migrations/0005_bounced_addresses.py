
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_hook_token'),
    ]

    operations = [
        migrations.AddField(
            model_name='personaddress',
            name='bounce_reason',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='personaddress',
            name='bounced_at',
            field=models.DateTimeField(blank=True, help_text='Our last mail there came back.', null=True),
        ),
    ]
