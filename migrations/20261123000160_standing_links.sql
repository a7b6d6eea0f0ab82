-- migrate:up

-- Removing a link was offered though none was left. The bit of complaint.facts says now whether one is;
-- a merge is over in another round and never removed.
UPDATE complaint c SET facts = facts & ~128
 WHERE facts & 128 > 0
   AND id IN (SELECT complaint_id FROM link)
   AND NOT EXISTS (SELECT FROM link l
                    WHERE l.complaint_id = c.id AND l.kind <> 'merged_into'
                      AND NOT EXISTS (SELECT FROM work r
                                       WHERE r.complaint_id = l.complaint_id AND r.kind = 'remove_link'
                                         AND r.number = l.number));
COMMENT ON COLUMN complaint.facts IS 'What holds in this round, as bits: 1 findings, 2 plan, 4 plan approved or within the limit, 8 decision delivered, 16 a pause is open, 32 an extension waits for approval, 64 one is approved and not yet told; 128 a link that it made stands, of any round';

-- migrate:down

UPDATE complaint SET facts = facts | 128 WHERE links > 0;
COMMENT ON COLUMN complaint.facts IS 'What holds in this round, as bits: 1 findings, 2 plan, 4 plan approved or within the limit, 8 decision delivered, 16 a pause is open, 32 an extension waits for approval, 64 one is approved and not yet told; 128 it has made a link, in any round';
