-- name: NudgeBegin :exec
-- The first that a patient has not read; what follows changes nothing.
INSERT INTO nudge (clinic_id, conversation_id, patient_id, since)
VALUES (@clinic_id, @conversation_id, @patient_id, @since)
ON CONFLICT (clinic_id, conversation_id) DO NOTHING;

-- name: NudgeEnd :exec
DELETE FROM nudge WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id;

-- name: NudgesDue :many
-- The patients who may be told, those who wait longest first.
SELECT n.patient_id, min(n.since)::timestamptz AS since
FROM nudge n
WHERE n.clinic_id = @clinic_id AND n.sent_at IS NULL AND n.since <= @due
GROUP BY n.patient_id
ORDER BY min(n.since)
LIMIT @max_rows;

-- name: NudgeClaim :many
-- All of a patient's that nobody has told yet, or is telling at this moment.
SELECT n.conversation_id FROM nudge n
WHERE n.clinic_id = @clinic_id AND n.patient_id = @patient_id AND n.sent_at IS NULL
FOR UPDATE OF n SKIP LOCKED;

-- name: NudgeSent :exec
UPDATE nudge SET sent_at = @now::timestamptz
WHERE clinic_id = @clinic_id AND conversation_id = ANY (@conversation_ids::uuid[]);

-- name: NudgeDrop :exec
DELETE FROM nudge WHERE clinic_id = @clinic_id AND conversation_id = ANY (@conversation_ids::uuid[]);
