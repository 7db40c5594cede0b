import accounts.enums
import accounts.tenancy
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from toolkit.migrating import Tables


class Migration(Tables):

    replaces = [('accounts', '0001_initial')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Tenant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('desk_name', models.CharField(help_text='How the desk calls itself in pages and mails.', max_length=120)),
                ('language', models.CharField(default='en', max_length=12)),
                ('time_zone', models.CharField(default='UTC', help_text='IANA name, such as Europe/Berlin.', max_length=60)),
                ('phone', models.CharField(blank=True, help_text='Shown to customers entitled to phone support.', max_length=40)),
                ('forum_url', models.URLField(blank=True, help_text='Where people on free plans are sent.')),
                ('disclosure_url', models.URLField(blank=True, help_text='The security disclosure programme.')),
                ('docs_url', models.URLField(blank=True)),
                ('mail_from', models.EmailField(help_text="Sender of the desk's mail; also its support address.", max_length=254)),
                ('signature', models.TextField(blank=True, help_text='Closing lines of every mail.')),
                ('colour', models.CharField(blank=True, default='', help_text='Of its mark and its mails, such as #1f55c4.', max_length=7)),
                ('logo', models.CharField(blank=True, default='', help_text="The stored picture's name.", max_length=40)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('settings_version', models.BigIntegerField(default=0, editable=False, help_text='Grows with each change of a settings table (by trigger); says whether remembered ones still hold.')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('colour', ''), ('colour__regex', '^#[0-9a-f]{6}$'), _connector='OR'), name='tenant_colour_is_one')],
            },
        ),
        migrations.CreateModel(
            name='TenantDomain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='domains', to='accounts.tenant')),
                ('host', models.CharField(help_text='Lower case, no port.', max_length=253, unique=True)),
                ('is_primary', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('is_active', models.BooleanField(default=True)),
                ('is_superuser', models.BooleanField(default=False, help_text='May create tenants. No right inside any tenant.')),
                ('date_joined', models.DateTimeField(auto_now_add=True)),
                ('theme', models.CharField(blank=True, choices=[('light', 'Light'), ('dark', 'Dark')], max_length=5)),
                ('shortcuts', models.BooleanField(default=True, help_text='Single-key shortcuts.')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='people', to=settings.AUTH_USER_MODEL)),
                ('name', models.CharField(max_length=160)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('time_zone', models.CharField(blank=True, max_length=60)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('mails_off', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), blank=True, default=list, help_text='Kinds of mail that the person does without.', size=None)),
                ('visited_at', models.DateTimeField(editable=False, help_text="Last seen on the portal's start page.", null=True)),
                ('news_since', models.DateTimeField(editable=False, help_text='When the visit before this one ended.', null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'name'], name='person_by_name')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'user'), name='person_once_per_user')],
            },
        ),
        migrations.CreateModel(
            name='PersonAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('person', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='accounts.person')),
                ('kind', models.CharField(choices=[('email', 'Email'), ('phone', 'Phone')], max_length=8)),
                ('value', models.CharField(max_length=254)),
                ('is_verified', models.BooleanField(default=False)),
                ('is_primary', models.BooleanField(default=False)),
                ('bounced_at', models.DateTimeField(blank=True, help_text='Our last mail there came back.', null=True)),
                ('bounce_reason', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'kind', 'value'], name='address_lookup'), models.Index(fields=['tenant', 'person'], name='address_of_person')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'email')), fields=('tenant', 'value'), name='mail_address_once_per_tenant')],
            },
        ),
        migrations.CreateModel(
            name='Organization',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('name', models.CharField(max_length=160)),
                ('time_zone', models.CharField(blank=True, max_length=60)),
                ('notes', models.TextField(blank=True)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'name'), name='organization_name_once')],
            },
        ),
        migrations.CreateModel(
            name='OrganizationDomain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('organization', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='domains', to='accounts.organization')),
                ('domain', models.CharField(max_length=253)),
                ('is_verified', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'domain'), name='domain_once_per_tenant')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('person', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='accounts.person')),
                ('organization', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='accounts.organization')),
                ('role', models.CharField(choices=[('viewer', 'Viewer'), ('member', 'Member'), ('manager', 'Manager')], default=accounts.enums.MembershipRole['MEMBER'], max_length=10)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'organization'], name='members_of_organization')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'person', 'organization'), name='membership_once')],
            },
        ),
        migrations.CreateModel(
            name='Agent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('person', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agents', to='accounts.person')),
                ('role', models.CharField(choices=[('receptionist', 'Receptionist'), ('agent', 'Agent'), ('engineer', 'Engineer'), ('manager', 'Manager'), ('admin', 'Admin')], max_length=12)),
                ('is_active', models.BooleanField(default=True)),
                ('preferences', models.JSONField(db_default={}, default=dict, editable=False, help_text='How the desk looks to them: columns, density, keys.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'person'), name='agent_once_per_person')],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('name', models.CharField(max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'name'), name='team_name_once')],
            },
        ),
        migrations.CreateModel(
            name='TeamMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('team', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='accounts.team')),
                ('agent', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='teams', to='accounts.agent')),
                ('is_lead', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'team', 'agent'), name='team_member_once')],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('at', models.DateTimeField()),
                ('actor', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('action', models.CharField(max_length=60)),
                ('object_type', models.CharField(max_length=60)),
                ('object_id', models.BigIntegerField(null=True)),
                ('object_label', models.CharField(blank=True, max_length=200)),
                ('changes', models.JSONField(default=dict)),
                ('address', models.GenericIPAddressField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', '-at', '-id'], name='audit_newest_first')],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('name', models.CharField(max_length=80)),
                ('slug', models.SlugField(max_length=40)),
                ('description', models.TextField(blank=True)),
                ('is_paid', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'slug'), name='plan_slug_once')],
            },
        ),
        migrations.CreateModel(
            name='PlanEntitlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('plan', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entitlements', to='accounts.plan')),
                ('entitlement', models.CharField(choices=[('phone', 'Phone'), ('callback', 'Callback'), ('priority_at_will', 'Priority at will'), ('nonprod_247', 'Nonprod 247')], max_length=20)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'plan', 'entitlement'), name='plan_entitlement_once')],
            },
        ),
        migrations.CreateModel(
            name='Contract',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('organization', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='accounts.organization')),
                ('plan', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='accounts.plan')),
                ('reference', models.CharField(max_length=40)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('sales_engineer', accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agent')),
                ('success_manager', accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agent')),
                ('contact_method', models.CharField(choices=[('email', 'Email'), ('phone', 'Phone'), ('chat', 'Chat'), ('portal', 'Portal')], default=accounts.enums.ContactMethod['EMAIL'], max_length=8)),
                ('contact_note', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'organization'], name='contracts_of_organization')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'reference'), name='contract_reference_once')],
            },
        ),
        migrations.CreateModel(
            name='ContractEntitlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('contract', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entitlements', to='accounts.contract')),
                ('entitlement', models.CharField(choices=[('phone', 'Phone'), ('callback', 'Callback'), ('priority_at_will', 'Priority at will'), ('nonprod_247', 'Nonprod 247')], max_length=20)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'contract', 'entitlement'), name='contract_entitlement_once')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('kind', models.CharField(choices=[('invited', 'Invited'), ('sign_up', 'Sign up'), ('staff', 'Staff')], max_length=8)),
                ('organization', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='accounts.organization')),
                ('role', models.CharField(choices=[('viewer', 'Viewer'), ('member', 'Member'), ('manager', 'Manager')], default=accounts.enums.MembershipRole['MEMBER'], max_length=10)),
                ('email', models.CharField(help_text='Lower case.', max_length=254)),
                ('digest', models.CharField(max_length=64)),
                ('created_by', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('used_by', accounts.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('used_at__isnull', True), ('withdrawn_at__isnull', True)), fields=['tenant', 'organization', 'email'], name='invitations_open')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'digest'), name='invitation_digest_once')],
            },
        ),
        migrations.CreateModel(
            name='OperatorEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('operator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('action', models.CharField(max_length=60)),
                ('slug', models.CharField(blank=True, help_text='Of the tenant, if it was about one.', max_length=40)),
                ('changes', models.JSONField(default=dict)),
                ('address', models.GenericIPAddressField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['-at', '-id'], name='operator_newest_first')],
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('name', models.CharField(max_length=120)),
                ('slug', models.SlugField(max_length=60)),
                ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, help_text='Other names that customers write in mail.', size=None)),
                ('docs_url', models.URLField(blank=True)),
                ('release_notes_url', models.URLField(blank=True)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'slug'), name='product_slug_once')],
            },
        ),
        migrations.CreateModel(
            name='ProductVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('product', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='accounts.product')),
                ('name', models.CharField(max_length=60)),
                ('release_notes_url', models.URLField(blank=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'product', 'name'), name='version_once')],
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('organization', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='accounts.organization')),
                ('contract', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='accounts.contract')),
                ('product', accounts.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='accounts.product')),
                ('name', models.CharField(max_length=120)),
                ('url', models.URLField(blank=True)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'organization', 'name'), name='project_once')],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('person', accounts.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to='accounts.person')),
                ('name', models.CharField(max_length=80)),
                ('prefix', models.CharField(max_length=16)),
                ('digest', models.CharField(max_length=64)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'digest'), name='token_digest_once')],
            },
        ),
        migrations.CreateModel(
            name='HookToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant')),
                ('name', models.CharField(max_length=80)),
                ('sealed_secret', models.TextField(blank=True, editable=False)),
                ('created_at', models.DateTimeField(editable=False)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
