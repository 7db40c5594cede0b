from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from accounts.walls import SEARCH_ROLE, TenantWall

# As with tickets: neither @@ nor % is leakproof, so under row-level security both lose their indexes. The words are
# matched by a function of a role that sees these three tables only and reads the tenant from the setting.
SEARCH = f"""
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX article_words ON knowledge_articlesearch USING gin (tenant_id, words);
CREATE INDEX doc_term_shape ON knowledge_docterm USING gin (tenant_id, word gin_trgm_ops);
GRANT SELECT (tenant_id, article_id, doc_set_id, config, words) ON knowledge_articlesearch TO {SEARCH_ROLE};
GRANT SELECT (tenant_id, id, is_public, product_id) ON knowledge_docset TO {SEARCH_ROLE};
GRANT SELECT (tenant_id, config, word, articles) ON knowledge_docterm TO {SEARCH_ROLE};
CREATE POLICY search ON knowledge_articlesearch FOR SELECT TO {SEARCH_ROLE} USING (true);
CREATE POLICY search ON knowledge_docset FOR SELECT TO {SEARCH_ROLE} USING (true);
CREATE POLICY search ON knowledge_docterm FOR SELECT TO {SEARCH_ROLE} USING (true);

-- `typed`: words without punctuation. `unfinished`: the last one may only have begun. An article is found when it has
-- at least three tenths of what was asked for, rare words counting more and words of no article less; one of
-- these stands for the nearest words that some article has. Articles about `of_product` come before equals.
CREATE FUNCTION search_articles(typed text[], unfinished boolean, only_public boolean, of_product bigint, most integer)
RETURNS TABLE (article_id bigint, score double precision, wanted tsquery)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
        WITH weighed AS MATERIALIZED (
            SELECT p.words AS asked, ln(1 + (every + 1)::float8 / (1 + count(s.article_id)))
                * CASE WHEN count(s.article_id) = 0 THEN 0.4 ELSE 1.0 END AS weight
            FROM unnest(parts) AS p (words)
            LEFT JOIN knowledge_articlesearch s ON s.tenant_id = of_tenant AND s.words @@ p.words GROUP BY p.words
        ), found AS (
            SELECT s.article_id, s.words, d.product_id,
                (SELECT sum(w.weight) FROM weighed w WHERE s.words @@ w.asked) / (SELECT sum(weight) FROM weighed) AS share
            FROM knowledge_articlesearch s
            JOIN knowledge_docset d ON d.tenant_id = of_tenant AND d.id = s.doc_set_id
            WHERE s.tenant_id = of_tenant AND s.words @@ whole AND (d.is_public OR NOT only_public)
        )
        SELECT f.article_id, f.share * (1 + ts_rank('{{0.05, 0.2, 0.5, 1.0}}', f.words, whole, 1))
            * CASE WHEN f.product_id = of_product THEN 1.25 ELSE 1.0 END, whole
        FROM found f WHERE f.share >= 0.3 ORDER BY 2 DESC, 1 LIMIT most;
END $$;
REVOKE ALL ON FUNCTION search_articles(text[], boolean, boolean, bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_articles(text[], boolean, boolean, bigint, integer) TO supportdesk_app;
ALTER FUNCTION search_articles(text[], boolean, boolean, bigint, integer) OWNER TO {SEARCH_ROLE};
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("knowledge", "0001_initial"), ("accounts", "0002_tenant_wall")]
    operations: ClassVar = [
        TenantWall("knowledge", ["DocSet", "Article", "ArticleSearch", "DocTerm", "Deflection", "SearchMiss"]),
        migrations.RunSQL(SEARCH, "DROP FUNCTION search_articles(text[], boolean, boolean, bigint, integer)"),
    ]
