-- migrate:up

-- Pauses, extensions, further rounds, corrections.

ALTER TABLE policy
    ADD COLUMN extension_max_days integer NOT NULL DEFAULT 30 CHECK (extension_max_days >= 1),
    ADD COLUMN extended_max_days integer NOT NULL DEFAULT 60 CHECK (extended_max_days >= 1),
    ADD COLUMN review_apply_days integer NOT NULL DEFAULT 30 CHECK (review_apply_days >= 1),
    ADD COLUMN review_days integer NOT NULL DEFAULT 30 CHECK (review_days >= 1),
    ADD COLUMN reopen_days integer NOT NULL DEFAULT 15 CHECK (reopen_days >= 1);
COMMENT ON COLUMN policy.extension_max_days IS 'Natural days that one extension may add';
COMMENT ON COLUMN policy.extended_max_days IS 'Natural days that a limit may reach by extensions';
COMMENT ON COLUMN policy.review_apply_days IS 'Natural days after the decision in which a review can be applied for';
COMMENT ON COLUMN policy.review_days IS 'Natural days of a review, from the application';
COMMENT ON COLUMN policy.reopen_days IS 'Natural days of a round reopened for new facts or to mend an error';

ALTER TABLE complaint
    ADD COLUMN round_kind text NOT NULL DEFAULT 'first' CHECK (round_kind IN ('first', 'review', 'new_facts', 'error')),
    ADD COLUMN barred_handlers integer NOT NULL DEFAULT 0,
    ADD COLUMN decided_at timestamptz,
    ADD COLUMN clock_from timestamptz,
    ADD COLUMN statutory_days integer,
    ADD COLUMN clock_pauses timestamptz[] NOT NULL DEFAULT '{}',
    ADD COLUMN extension_days integer NOT NULL DEFAULT 0,
    ADD COLUMN extension_by uuid,
    ADD COLUMN extension_approved_at timestamptz,
    ADD COLUMN pauses integer NOT NULL DEFAULT 0,
    ADD COLUMN extensions integer NOT NULL DEFAULT 0,
    ADD COLUMN facts integer NOT NULL DEFAULT 0;
UPDATE complaint c SET clock_from = received_at,
    statutory_days = (SELECT l.statutory_days FROM policy_level l WHERE l.version = c.policy_version AND l.level = c.level),
    decided_at = CASE WHEN status IN ('closed', 'declined') THEN closed_at END,
    facts = has_findings::integer + 2 * has_plan::integer + 4 * plan_approved::integer + 8 * delivered::integer;
ALTER TABLE complaint
    ALTER COLUMN clock_from SET NOT NULL,
    ALTER COLUMN statutory_days SET NOT NULL,
    DROP COLUMN has_findings,
    DROP COLUMN has_plan,
    DROP COLUMN plan_approved,
    DROP COLUMN delivered;
COMMENT ON COLUMN complaint.round_kind IS 'Why the round began';
COMMENT ON COLUMN complaint.barred_handlers IS 'In a review: so many of the handlers, from the first on, handled what is reviewed and may not own it';
COMMENT ON COLUMN complaint.decided_at IS 'Delivery of the decision, or the end without one; null while undecided';
COMMENT ON COLUMN complaint.clock_from IS 'Start of the round''s statutory clock: receipt, application, new facts or reopening';
COMMENT ON COLUMN complaint.statutory_days IS 'Natural days of the round''s statutory clock, with effective extensions';
COMMENT ON COLUMN complaint.clock_pauses IS 'The round''s pauses: from, to and told_at of each; to is null while it is open, told_at unless it moves the statutory clock';
COMMENT ON COLUMN complaint.extension_days IS 'Natural days of the extension in progress; 0 when there is none';
COMMENT ON COLUMN complaint.extension_by IS 'Who asked for it and may not approve it';
COMMENT ON COLUMN complaint.extension_approved_at IS 'When it was approved; null while it waits';
COMMENT ON COLUMN complaint.pauses IS 'Pauses recorded';
COMMENT ON COLUMN complaint.extensions IS 'Extensions asked for';
COMMENT ON COLUMN complaint.facts IS 'What holds in this round, as bits: 1 findings, 2 plan, 4 plan approved or within the limit, 8 decision delivered, 16 a pause is open, 32 an extension waits for approval, 64 one is approved and not yet told';

ALTER TABLE work DROP CONSTRAINT work_kind_check;
ALTER TABLE work ADD CONSTRAINT work_kind_check CHECK (kind IN ('notes', 'contacts', 'findings', 'plan',
    'notices', 'deliveries', 'pauses', 'end_pause', 'extensions', 'approve_extension', 'refuse_extension',
    'tell_extension', 'reopen', 'review'));

-- Corrections are the application's to make; what they replace stands in the journal. Number,
-- tracking code, unit and entry stay as they were recorded.
GRANT UPDATE (
    round_kind, barred_handlers, decided_at, clock_from, statutory_days, clock_pauses, extension_days, extension_by,
    extension_approved_at, pauses, extensions, facts, policy_version,
    source, received_at, occurred_at, subject, narrative, demand, product, amount_in_dispute, external_case_number,
    staff_complained_of, complainant_name, complainant_phone, complainant_email, complainant_address,
    complainant_identity_number, complainant_account_number, complainant_customer_number, complainant_capacity,
    complainant_people
) ON complaint TO complaintd_app;
GRANT UPDATE (entered_at) ON stage TO complaintd_app;

-- migrate:down

REVOKE UPDATE (entered_at) ON stage FROM complaintd_app;
REVOKE UPDATE (
    policy_version, source, received_at, occurred_at, subject, narrative, demand, product, amount_in_dispute,
    external_case_number, staff_complained_of, complainant_name, complainant_phone, complainant_email,
    complainant_address, complainant_identity_number, complainant_account_number, complainant_customer_number,
    complainant_capacity, complainant_people
) ON complaint FROM complaintd_app;
ALTER TABLE work DROP CONSTRAINT work_kind_check;
ALTER TABLE work ADD CONSTRAINT work_kind_check CHECK (kind IN ('notes', 'contacts', 'findings', 'plan', 'notices', 'deliveries'));
ALTER TABLE complaint
    ADD COLUMN has_findings boolean NOT NULL DEFAULT false,
    ADD COLUMN has_plan boolean NOT NULL DEFAULT false,
    ADD COLUMN plan_approved boolean NOT NULL DEFAULT false,
    ADD COLUMN delivered boolean NOT NULL DEFAULT false;
UPDATE complaint SET has_findings = facts & 1 > 0, has_plan = facts & 2 > 0, plan_approved = facts & 4 > 0, delivered = facts & 8 > 0;
GRANT UPDATE (has_findings, has_plan, plan_approved, delivered) ON complaint TO complaintd_app;
ALTER TABLE complaint
    DROP COLUMN round_kind, DROP COLUMN barred_handlers, DROP COLUMN decided_at, DROP COLUMN clock_from,
    DROP COLUMN statutory_days, DROP COLUMN clock_pauses, DROP COLUMN extension_days, DROP COLUMN extension_by,
    DROP COLUMN extension_approved_at, DROP COLUMN pauses, DROP COLUMN extensions, DROP COLUMN facts;
ALTER TABLE policy
    DROP COLUMN extension_max_days, DROP COLUMN extended_max_days, DROP COLUMN review_apply_days,
    DROP COLUMN review_days, DROP COLUMN reopen_days;
