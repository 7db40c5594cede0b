"""Walls around the documentation, and how it is searched."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import SEARCH_ROLE, TenantWall

# As with tickets: neither @@ nor % is leakproof, so under row-level security both lose their indexes. The words are
# matched by a function of a role that sees these three tables only and reads the tenant from the setting.
SEARCH = f"""
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
-- Articles are written seldom and looked for all day: no pending list that each search would have to read.
CREATE INDEX article_words ON knowledge_articlesearch USING gin (tenant_id, words) WITH (fastupdate = off);
CREATE INDEX doc_term_shape ON knowledge_docterm USING gin (tenant_id, word gin_trgm_ops) WITH (fastupdate = off);
GRANT SELECT (tenant_id, article_id, doc_set_id, config, words) ON knowledge_articlesearch TO {SEARCH_ROLE};
GRANT SELECT (tenant_id, id, is_public, product_id) ON knowledge_docset TO {SEARCH_ROLE};
GRANT SELECT (tenant_id, config, word, articles) ON knowledge_docterm TO {SEARCH_ROLE};
CREATE POLICY search ON knowledge_articlesearch FOR SELECT TO {SEARCH_ROLE} USING (true);
CREATE POLICY search ON knowledge_docset FOR SELECT TO {SEARCH_ROLE} USING (true);
CREATE POLICY search ON knowledge_docterm FOR SELECT TO {SEARCH_ROLE} USING (true);

-- `typed`: words without punctuation. `unfinished`: the last one may only have begun. An article is found when it has
-- at least four tenths of what was asked for, rare words counting more and words of no article less; one of
-- these stands for the nearest words that some article has. Articles about `of_product` come before equals.
CREATE FUNCTION search_articles(typed text[], unfinished boolean, only_public boolean, of_product bigint, most integer)
RETURNS TABLE (article_id bigint, score double precision, wanted tsquery)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    of_tenant bigint := nullif(current_setting('app.tenant', true), '')::bigint;
    every bigint;
    configs text[];
    parts tsquery[] := '{{}}';
    whole tsquery;
    part tsquery;
    candidate tsquery;
    near record;
    name text;
BEGIN
    SELECT count(*), coalesce(array_agg(DISTINCT s.config), '{{}}') INTO every, configs
        FROM knowledge_articlesearch s WHERE s.tenant_id = of_tenant;
    FOR place IN 1 .. coalesce(array_length(typed, 1), 0) LOOP
        part := NULL;
        FOREACH name IN ARRAY configs LOOP
            candidate := plainto_tsquery(name::regconfig, typed[place]);
            IF numnode(candidate) > 0 THEN
                IF unfinished AND place = array_length(typed, 1) AND length(typed[place]) > 2 THEN
                    candidate := candidate || to_tsquery('simple', quote_literal(typed[place]) || ':*');
                END IF;
                part := coalesce(part || candidate, candidate);
            END IF;
        END LOOP;
        CONTINUE WHEN part IS NULL;
        IF NOT EXISTS (SELECT FROM knowledge_articlesearch s WHERE s.tenant_id = of_tenant AND s.words @@ part) THEN
            FOR near IN
                SELECT t.config, t.word FROM knowledge_docterm t
                WHERE t.tenant_id = of_tenant AND t.word % typed[place] AND similarity(t.word, typed[place]) >= 0.36
                ORDER BY similarity(t.word, typed[place]) DESC, t.articles DESC, t.word LIMIT 3
            LOOP
                part := part || plainto_tsquery(near.config::regconfig, near.word);
            END LOOP;
        END IF;
        parts := parts || part;
        whole := coalesce(whole || part, part);
    END LOOP;
    RETURN QUERY
        WITH asked AS (
            SELECT p.number, p.words FROM unnest(parts) WITH ORDINALITY AS p (words, number)
        ), matched AS MATERIALIZED (  -- by the index alone: reading the words of a row costs more than finding it
            SELECT a.number, s.article_id, s.doc_set_id FROM asked a
            JOIN knowledge_articlesearch s ON s.tenant_id = of_tenant AND s.words @@ a.words
        ), weighed AS (
            SELECT a.number, ln(1 + (every + 1)::float8 / (1 + count(m.article_id)))
                * CASE WHEN count(m.article_id) = 0 THEN 0.4 ELSE 1.0 END AS weight
            FROM asked a LEFT JOIN matched m USING (number) GROUP BY a.number
        ), found AS (
            SELECT m.article_id, m.doc_set_id, sum(w.weight) / (SELECT sum(weight) FROM weighed) AS share
            FROM matched m JOIN weighed w USING (number) GROUP BY m.article_id, m.doc_set_id
        ), best AS (
            SELECT f.article_id, f.share * CASE WHEN d.product_id = of_product THEN 1.25 ELSE 1.0 END AS fit
            FROM found f JOIN knowledge_docset d ON d.tenant_id = of_tenant AND d.id = f.doc_set_id
            WHERE f.share >= 0.4 AND (d.is_public OR NOT only_public) ORDER BY 2 DESC, 1 DESC LIMIT 500
        )
        SELECT b.article_id, b.fit * (1 + ts_rank('{{0.05, 0.2, 0.5, 1.0}}', s.words, whole, 1)), whole
        FROM best b JOIN knowledge_articlesearch s ON s.tenant_id = of_tenant AND s.article_id = b.article_id
        ORDER BY 2 DESC, 1 LIMIT most;
END $$;
REVOKE ALL ON FUNCTION search_articles(text[], boolean, boolean, bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_articles(text[], boolean, boolean, bigint, integer) TO supportdesk_app;
ALTER FUNCTION search_articles(text[], boolean, boolean, bigint, integer) OWNER TO {SEARCH_ROLE};
"""


class Migration(migrations.Migration):
    replaces: ClassVar = [
        ("knowledge", "0002_tenant_wall"),
    ]
    dependencies: ClassVar = [("knowledge", "0001_tables"), ("accounts", "0002_walls")]
    operations: ClassVar = [
        TenantWall("knowledge", ["DocSet", "Article", "ArticleSearch", "DocTerm", "Deflection", "SearchMiss"]),
        migrations.RunSQL(SEARCH, migrations.RunSQL.noop),
    ]
