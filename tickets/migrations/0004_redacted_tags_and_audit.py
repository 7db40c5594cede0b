from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import APP_ROLE

# Tags are words too, and stand in facts as lists. The audit trail is append-only in the same way: only words can go.
REDACT = f"""
CREATE OR REPLACE FUNCTION struck_fact(data jsonb, words text) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(name, CASE
        WHEN name IN ('text', 'reason', 'comment', 'changes', 'address') THEN struck_words(item, words)
        WHEN name IN ('tags', 'before') AND jsonb_typeof(item) = 'array' THEN struck_words(item, lower(words))
        ELSE item END), '{{}}')
    FROM jsonb_each(data) AS of_fact(name, item)
$$;

CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    words text := nullif(current_setting('app.redacting', true), '');
BEGIN
    IF TG_OP = 'UPDATE' AND words IS NOT NULL
            AND to_jsonb(NEW) - 'changes' - 'object_label' = to_jsonb(OLD) - 'changes' - 'object_label'
            AND NEW.changes = struck_words(OLD.changes, words)
            AND NEW.object_label = left(replace(OLD.object_label, words, '█████'), 200) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
DROP TRIGGER accounts_auditevent_append_only ON accounts_auditevent;
CREATE TRIGGER accounts_auditevent_append_only BEFORE UPDATE OR DELETE ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit();

CREATE FUNCTION redact_audit(ids bigint[], words text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    touched bigint;
BEGIN
    PERFORM set_config('app.redacting', words, true);
    UPDATE accounts_auditevent
    SET changes = struck_words(changes, words), object_label = left(replace(object_label, words, '█████'), 200)
    WHERE tenant_id = nullif(current_setting('app.tenant', true), '')::bigint AND id = ANY(ids)
        AND (object_type IN ('tickets.call', 'tickets.callback', 'intake.heldcomment', 'intake.inboundmessage')
             OR action IN ('tickets.exported', 'audit.exported'))
        AND (changes <> struck_words(changes, words) OR strpos(object_label, words) > 0);
    GET DIAGNOSTICS touched = ROW_COUNT;
    PERFORM set_config('app.redacting', '', true);
    RETURN touched;
END $$;
REVOKE ALL ON FUNCTION redact_audit(bigint[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION redact_audit(bigint[], text) TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tickets", "0003_redacted_events"), ("accounts", "0002_walls")]
    operations: ClassVar = [migrations.RunSQL(REDACT, migrations.RunSQL.noop)]
