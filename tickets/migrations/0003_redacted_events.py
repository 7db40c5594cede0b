from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import APP_ROLE

# Facts are never changed but in one way: words are taken out of what people wrote in them, everywhere at once. The trigger
# does that itself and compares, so that nothing else can come with it.
REDACT = f"""
CREATE FUNCTION struck_words(value jsonb, words text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
BEGIN
    RETURN CASE jsonb_typeof(value)
        WHEN 'string' THEN to_jsonb(replace(value #>> '{{}}', words, '█████'))
        WHEN 'array' THEN (SELECT coalesce(jsonb_agg(struck_words(item, words) ORDER BY place), '[]')
                           FROM jsonb_array_elements(value) WITH ORDINALITY AS of_list(item, place))
        WHEN 'object' THEN (SELECT coalesce(jsonb_object_agg(name, struck_words(item, words)), '{{}}')
                            FROM jsonb_each(value) AS of_object(name, item))
        ELSE value END;
END $$;

CREATE FUNCTION struck_fact(data jsonb, words text) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(name, CASE WHEN name IN ('text', 'reason', 'comment', 'changes')
                                                THEN struck_words(item, words) ELSE item END), '{{}}')
    FROM jsonb_each(data) AS of_fact(name, item)
$$;

CREATE FUNCTION refuse_change_of_event() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    words text := nullif(current_setting('app.redacting', true), '');
BEGIN
    IF TG_OP = 'UPDATE' AND words IS NOT NULL AND to_jsonb(NEW) - 'data' = to_jsonb(OLD) - 'data'
            AND NEW.data = struck_fact(OLD.data, words) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
DROP TRIGGER tickets_ticketevent_append_only ON tickets_ticketevent;
CREATE TRIGGER tickets_ticketevent_append_only BEFORE UPDATE OR DELETE ON tickets_ticketevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_event();

CREATE FUNCTION redact_events(of_ticket bigint, words text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    touched bigint;
BEGIN
    PERFORM set_config('app.redacting', words, true);
    UPDATE tickets_ticketevent SET data = struck_fact(data, words)
    WHERE tenant_id = nullif(current_setting('app.tenant', true), '')::bigint AND ticket_id = of_ticket
        AND data <> struck_fact(data, words);
    GET DIAGNOSTICS touched = ROW_COUNT;
    PERFORM set_config('app.redacting', '', true);
    RETURN touched;
END $$;
REVOKE ALL ON FUNCTION redact_events(bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION redact_events(bigint, text) TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tickets", "0002_walls")]
    operations: ClassVar = [migrations.RunSQL(REDACT, migrations.RunSQL.noop)]
