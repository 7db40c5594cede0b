import accounts.tenancy
import django.contrib.postgres.fields
import django.contrib.postgres.search
import django.db.models.deletion
import knowledge.enums
from django.db import migrations, models

from toolkit.migrating import Tables


class Migration(Tables):

    replaces = [('knowledge', '0001_initial')]

    initial = True

    dependencies = [
        ('accounts', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='DocSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('name', models.CharField(max_length=120)),
                ('slug', models.SlugField(max_length=100)),
                ('product', accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='doc_sets', to='accounts.product')),
                ('version', accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='doc_sets', to='accounts.productversion')),
                ('language', models.CharField(default='en', help_text='Of articles that name no other, such as en or de.', max_length=12)),
                ('is_public', models.BooleanField(default=False, help_text='Visitors may read it without signing in.')),
                ('created_at', models.DateTimeField(editable=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'slug'), name='doc_set_slug_once')],
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('doc_set', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='knowledge.docset')),
                ('title', models.CharField(max_length=200)),
                ('slug', models.SlugField(max_length=120)),
                ('body', models.TextField(help_text='As it was written; sanitised each time it is shown.')),
                ('body_format', models.CharField(choices=[('markdown', 'Markdown'), ('html', 'Html')], default=knowledge.enums.BodyFormat['MARKDOWN'], max_length=8)),
                ('language', models.CharField(default='en', max_length=12)),
                ('source_path', models.CharField(blank=True, help_text='Inside the imported folder; empty when written at the desk.', max_length=300)),
                ('source_digest', models.CharField(blank=True, help_text='Of what the last import took from the file.', max_length=64)),
                ('is_missing', models.BooleanField(default=False, help_text='Its file vanished from the folder.')),
                ('is_published', models.BooleanField(default=False)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('updated_by', accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('version', models.PositiveIntegerField(default=1, help_text='Grows with each change; guards against lost updates.')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'doc_set', 'title', 'id'], name='articles_of_set'), models.Index(fields=['tenant', '-updated_at', '-id'], name='article_recent')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'doc_set', 'slug'), name='article_slug_once_per_set')],
            },
        ),
        migrations.CreateModel(
            name='ArticleSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('article', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='search_rows', to='knowledge.article')),
                ('doc_set', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='knowledge.docset')),
                ('config', models.CharField(max_length=20)),
                ('plain', models.TextField(help_text='The text without markup, from which excerpts are cut.')),
                ('words', django.contrib.postgres.search.SearchVectorField(null=True)),
                ('terms', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'article'), name='article_search_once')],
            },
        ),
        migrations.CreateModel(
            name='DocTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('config', models.CharField(max_length=20)),
                ('word', models.CharField(max_length=40)),
                ('articles', models.IntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'config', 'word'), name='doc_term_once')],
            },
        ),
        migrations.CreateModel(
            name='Deflection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('article', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deflections', to='knowledge.article')),
                ('person', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.person')),
                ('query', models.CharField(blank=True, help_text='What they had typed.', max_length=200)),
                ('place', models.CharField(choices=[('ticket_form', 'Ticket form'), ('docs', 'Docs')], max_length=12)),
                ('at', models.DateTimeField()),
                ('on', models.DateField(help_text='The same answer counts once a day.')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'at'], name='deflections_by_time')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'person', 'article', 'query', 'on'), name='deflection_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='SearchMiss',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('query', models.CharField(max_length=120)),
                ('times', models.PositiveIntegerField(default=1)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', '-times', '-id'], name='search_miss_most')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'query'), name='search_miss_once')],
            },
        ),
    ]
