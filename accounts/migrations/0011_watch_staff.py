from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import watch_settings_sql

# Who is told, and where, is remembered with the settings (see notifications.services.desks). Persons and addresses are
# mostly customers' and come with each new sender, so of these only what concerns staff counts.
OF_STAFF = """
CREATE FUNCTION staff_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    one accounts_personaddress := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    IF EXISTS (SELECT FROM accounts_agent a WHERE a.tenant_id = one.tenant_id AND a.person_id = one.person_id)
        OR TG_OP = 'UPDATE' AND NEW.person_id <> OLD.person_id THEN
        UPDATE accounts_tenant SET settings_version = settings_version + 1
        WHERE id = nullif(current_setting('app.tenant', true), '')::bigint;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_personaddress_settings
    AFTER INSERT OR DELETE OR UPDATE OF person_id, kind, value, is_primary ON accounts_personaddress
    FOR EACH ROW EXECUTE FUNCTION staff_changed();
CREATE TRIGGER accounts_person_settings AFTER UPDATE ON accounts_person FOR EACH ROW
    WHEN (OLD.is_active IS DISTINCT FROM NEW.is_active OR OLD.mails_off IS DISTINCT FROM NEW.mails_off)
    EXECUTE FUNCTION settings_changed();
"""
UNDO = """
DROP TRIGGER accounts_person_settings ON accounts_person;
DROP TRIGGER accounts_personaddress_settings ON accounts_personaddress;
DROP FUNCTION staff_changed();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0010_operators")]
    operations: ClassVar = [
        *[migrations.RunSQL(watch_settings_sql(table), migrations.RunSQL.noop)
          for table in ("accounts_agent", "accounts_teammember")],
        migrations.RunSQL(OF_STAFF, UNDO),
    ]
