-- migrate:up

-- How long ended complaints are kept, holds that keep them longer, and erasing by order.
ALTER TABLE policy
    ADD COLUMN retention_years integer NOT NULL DEFAULT 3 CHECK (retention_years BETWEEN 3 AND 100);
COMMENT ON COLUMN policy.retention_years IS 'So many years from its end a complaint is kept unabridged';

ALTER TABLE complaint
    ADD COLUMN erased_at timestamptz,
    ALTER COLUMN subject DROP NOT NULL,
    ALTER COLUMN narrative DROP NOT NULL,
    ADD CONSTRAINT complaint_erased CHECK (erased_at IS NULL OR status <> 'open'),
    ADD CONSTRAINT complaint_texts CHECK (erased_at IS NOT NULL OR (subject IS NOT NULL AND narrative IS NOT NULL));
COMMENT ON COLUMN complaint.erased_at IS 'When its personal values and free texts were erased; null before';
GRANT SELECT (erased_at) ON complaint TO complaintd_reader;

CREATE TABLE retention_hold (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    complaint_id uuid NOT NULL,
    reason text NOT NULL,
    placed_by uuid NOT NULL,
    placed_at timestamptz NOT NULL DEFAULT now(),
    lifted_by uuid,
    lifted_at timestamptz,
    lift_reason text,
    CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
);
CREATE INDEX retention_hold_in_force ON retention_hold (complaint_id) WHERE lifted_at IS NULL;
COMMENT ON TABLE retention_hold IS 'What keeps a complaint from being erased though its time is over, such as a lawsuit';
COMMENT ON COLUMN retention_hold.number IS 'Ascending over all complaints';
COMMENT ON COLUMN retention_hold.complaint_id IS 'Complaint';
COMMENT ON COLUMN retention_hold.reason IS 'Why; masked';
COMMENT ON COLUMN retention_hold.placed_by IS 'Who placed it';
COMMENT ON COLUMN retention_hold.placed_at IS 'When';
COMMENT ON COLUMN retention_hold.lifted_by IS 'Who lifted it; null while it is in force';
COMMENT ON COLUMN retention_hold.lifted_at IS 'When; null while it is in force';
COMMENT ON COLUMN retention_hold.lift_reason IS 'Why it was lifted; masked';
GRANT SELECT, INSERT ON retention_hold TO complaintd_app;
GRANT UPDATE (lifted_by, lifted_at, lift_reason) ON retention_hold TO complaintd_app;

CREATE TABLE erasure_order (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit_id uuid NOT NULL,
    complaints uuid[] CHECK (cardinality(complaints) BETWEEN 1 AND 500),
    as_of timestamptz NOT NULL,
    reason text NOT NULL,
    expected bigint NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    decided_by uuid,
    decided_at timestamptz,
    approved boolean,
    client text,
    request_id text,
    address text,
    after_closed_at timestamptz,
    after_id uuid,
    erased bigint NOT NULL DEFAULT 0,
    skipped bigint NOT NULL DEFAULT 0,
    finished_at timestamptz,
    CHECK (as_of <= requested_at),
    CHECK ((decided_by IS NULL) = (approved IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
    CHECK (approved IS NOT TRUE OR decided_by <> requested_by),
    CHECK (approved OR (finished_at IS NULL AND erased = 0))
);
CREATE INDEX erasure_order_unfinished ON erasure_order (number) WHERE approved AND finished_at IS NULL;
COMMENT ON TABLE erasure_order IS 'Orders to erase what ended complaints say of people: asked for by one, approved by another, carried out in portions';
COMMENT ON COLUMN erasure_order.number IS 'Ascending; the journal entries of the complaints that it erased name it';
COMMENT ON COLUMN erasure_order.unit_id IS 'Unit with those below it, whose received complaints it is about';
COMMENT ON COLUMN erasure_order.complaints IS 'The complaints that it names; null: all whose time was over at as_of';
COMMENT ON COLUMN erasure_order.as_of IS 'Only what was past its retention by then is erased';
COMMENT ON COLUMN erasure_order.reason IS 'Why; masked';
COMMENT ON COLUMN erasure_order.expected IS 'How many complaints it was about when it was asked for';
COMMENT ON COLUMN erasure_order.requested_by IS 'Who asked for it, and may not approve it';
COMMENT ON COLUMN erasure_order.requested_at IS 'When';
COMMENT ON COLUMN erasure_order.decided_by IS 'Who approved or refused it; null while it waits';
COMMENT ON COLUMN erasure_order.decided_at IS 'When';
COMMENT ON COLUMN erasure_order.approved IS 'What was decided; null while it waits';
COMMENT ON COLUMN erasure_order.client IS 'The program by which it was approved; null: unnamed';
COMMENT ON COLUMN erasure_order.request_id IS 'Of the request that approved it';
COMMENT ON COLUMN erasure_order.address IS 'Of that request''s peer';
COMMENT ON COLUMN erasure_order.after_closed_at IS 'With after_id: the complaint up to which, in order of end and id, all are done';
COMMENT ON COLUMN erasure_order.after_id IS 'See after_closed_at';
COMMENT ON COLUMN erasure_order.erased IS 'Complaints erased';
COMMENT ON COLUMN erasure_order.skipped IS 'Complaints left as they are: changed or held meanwhile';
COMMENT ON COLUMN erasure_order.finished_at IS 'When the last one was done; null before';
GRANT SELECT, INSERT ON erasure_order TO complaintd_app;
GRANT UPDATE (decided_by, decided_at, approved, client, request_id, address, after_closed_at, after_id, erased, skipped,
    finished_at) ON erasure_order TO complaintd_app;

-- Marks lie in the order in which complaints were received, but for those encrypted anew: few pages are
-- read for some complaints, and receiving one pays nothing for it.
CREATE INDEX contact_mark_complaint ON contact_mark USING brin (complaint_id) WITH (autosummarize = on, pages_per_range = 16);

-- What stays of an item of case work: codes, times, logins and numbers of known members. Texts, and
-- what is not known here, become null.
CREATE FUNCTION work_skeleton(kind text, body text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(jsonb_object_agg(m.key, CASE
        WHEN jsonb_typeof(m.value) IN ('number', 'boolean') OR m.key IN ('method', 'direction', 'at', 'upheld', 'redress',
            'channel', 'from', 'told_at', 'kind', 'to', 'owner', 'received_at', 'applied_at', 'previous', 'fields', 'complaint', 'remedies',
            'type', 'sha256')
            OR (kind = 'pauses' AND m.key = 'reason') THEN m.value
        ELSE 'null' END), '{}')::text
    FROM jsonb_each(body::jsonb) AS m
$$;
COMMENT ON FUNCTION work_skeleton(text, text) IS 'Case work of that kind without what people wrote';

-- The one way in which anything recorded of a complaint is removed. It judges by itself, so that no
-- mistake of a program erases early: an order in force names the complaint, somebody else than who
-- asked approved it, its retention is over and nobody holds it, it was not changed for longer than
-- answers are kept for repeated requests, and the last entry of its journal says that this happens.
CREATE FUNCTION complaint_erase(erasure integer, ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    ordered erasure_order;
    refused uuid;
BEGIN
    SELECT * INTO ordered FROM erasure_order o
    WHERE o.number = erasure AND o.approved AND o.decided_by <> o.requested_by AND o.finished_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no erasure order % is to be carried out', erasure USING ERRCODE = '42501';
    END IF;
    PERFORM FROM complaint WHERE id = ANY (ids) ORDER BY id FOR UPDATE;
    WITH RECURSIVE reach AS (
        SELECT ordered.unit_id AS id
        UNION
        SELECT u.id FROM unit u JOIN reach ON u.parent_id = reach.id
    )
    SELECT w.id INTO refused FROM unnest(ids) AS w(id)
    WHERE NOT EXISTS (
        SELECT FROM complaint c
        JOIN policy p ON p.version = c.policy_version
        JOIN journal j ON j.complaint_id = c.id AND j.index = c.journal_length
        JOIN journal b ON b.complaint_id = c.id AND b.index = c.journal_length - 1
        WHERE c.id = w.id AND c.status <> 'open' AND c.erased_at IS NULL
            AND (ordered.complaints IS NULL OR c.id = ANY (ordered.complaints))
            AND c.unit_id IN (SELECT id FROM reach)
            AND c.closed_at + make_interval(years => p.retention_years) <= least(ordered.as_of, now())
            AND b.at < now() - interval '8 days'
            AND j.bytes::jsonb ->> 'action' = 'erase'
            AND (j.bytes::jsonb #>> '{detail,facts,order}')::integer = erasure
            AND NOT EXISTS (SELECT FROM retention_hold h WHERE h.complaint_id = c.id AND h.lifted_at IS NULL))
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'complaint % must not be erased by order %', refused, erasure USING ERRCODE = '42501';
    END IF;
    DELETE FROM journal_private WHERE complaint_id = ANY (ids);
    DELETE FROM contact_mark WHERE complaint_id = ANY (ids);
    DELETE FROM attachment WHERE complaint_id = ANY (ids);
    -- In this order: whoever makes the terms meanwhile holds the row of search_todo until they are there.
    DELETE FROM search_todo WHERE complaint_id = ANY (ids);
    DELETE FROM search WHERE complaint_id = ANY (ids);
    UPDATE work SET body = work_skeleton(kind, body) WHERE complaint_id = ANY (ids);
    UPDATE complaint c SET subject = NULL, narrative = NULL, demand = NULL, complainant_name = NULL,
        complainant_phone = NULL, complainant_email = NULL, complainant_address = NULL,
        complainant_identity_number = NULL, complainant_account_number = NULL, complainant_customer_number = NULL,
        erased_at = j.at
    FROM journal j WHERE c.id = ANY (ids) AND j.complaint_id = c.id AND j.index = c.journal_length;
END
$$;
COMMENT ON FUNCTION complaint_erase(integer, uuid[]) IS 'Erases personal values and free texts of complaints by an order, if that may be';
REVOKE ALL ON FUNCTION complaint_erase(integer, uuid[]), work_skeleton(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION complaint_erase(integer, uuid[]) TO complaintd_app;

-- migrate:down

-- Only as long as nothing is erased.
DROP FUNCTION complaint_erase(integer, uuid[]), work_skeleton(text, text);
DROP INDEX contact_mark_complaint;
DROP TABLE erasure_order, retention_hold;
ALTER TABLE complaint DROP CONSTRAINT complaint_texts, DROP CONSTRAINT complaint_erased, DROP COLUMN erased_at,
    ALTER COLUMN subject SET NOT NULL, ALTER COLUMN narrative SET NOT NULL;
ALTER TABLE policy DROP COLUMN retention_years;
