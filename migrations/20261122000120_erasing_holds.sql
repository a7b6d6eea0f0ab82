-- migrate:up

-- What was written about a complaint when it was held goes with the rest, once no answer repeats it any
-- more, and nobody has erased what is about themselves.
ALTER TABLE retention_hold ALTER COLUMN reason DROP NOT NULL;
DROP INDEX retention_hold_in_force;
CREATE INDEX retention_hold_complaint ON retention_hold (complaint_id);
COMMENT ON COLUMN retention_hold.reason IS 'Why; masked; null once the complaint is erased';
COMMENT ON COLUMN retention_hold.lift_reason IS 'Why it was lifted; masked; null while it is in force, and once the complaint is erased';
UPDATE retention_hold SET reason = NULL, lift_reason = NULL
WHERE complaint_id IN (SELECT id FROM complaint WHERE erased_at IS NOT NULL);

CREATE OR REPLACE FUNCTION complaint_erase(erasure integer, ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
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
            AND NOT EXISTS (SELECT FROM staff s WHERE s.id IN (ordered.requested_by, ordered.decided_by)
                AND s.login = c.staff_complained_of)
            AND NOT EXISTS (SELECT FROM retention_hold h WHERE h.complaint_id = c.id
                AND (h.lifted_at IS NULL OR h.lifted_at > now() - interval '8 days')))
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
    UPDATE retention_hold SET reason = NULL, lift_reason = NULL WHERE complaint_id = ANY (ids);
    UPDATE work SET body = work_skeleton(kind, body) WHERE complaint_id = ANY (ids);
    UPDATE complaint c SET subject = NULL, narrative = NULL, demand = NULL, complainant_name = NULL,
        complainant_phone = NULL, complainant_email = NULL, complainant_address = NULL,
        complainant_identity_number = NULL, complainant_account_number = NULL, complainant_customer_number = NULL,
        erased_at = j.at
    FROM journal j WHERE c.id = ANY (ids) AND j.complaint_id = c.id AND j.index = c.journal_length;
END
$$;

-- migrate:down

-- Only as long as no complaint that was held is erased.
ALTER TABLE retention_hold ALTER COLUMN reason SET NOT NULL;
DROP INDEX retention_hold_complaint;
CREATE INDEX retention_hold_in_force ON retention_hold (complaint_id) WHERE lifted_at IS NULL;

CREATE OR REPLACE FUNCTION complaint_erase(erasure integer, ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
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
