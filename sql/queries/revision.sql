-- name: RevisionInsert :exec
-- Keeps what the message is until now.
INSERT INTO message_revision (clinic_id, message_id, replaced_at, replaced_by, body, call_started_at, call_seconds, call_direction, call_outcome)
SELECT m.clinic_id, m.message_id, @replaced_at, @replaced_by, m.body, m.call_started_at, m.call_seconds, m.call_direction, m.call_outcome
FROM message m
WHERE m.clinic_id = @clinic_id AND m.message_id = @message_id;

-- name: RevisionList :many
SELECT r.*, u.name AS replaced_by_name FROM message_revision r
JOIN clinic_user u ON u.clinic_id = r.clinic_id AND u.user_id = r.replaced_by
WHERE r.clinic_id = @clinic_id AND r.message_id = @message_id
ORDER BY r.replaced_at;

-- name: RevisionCount :one
SELECT count(*) FROM message_revision WHERE clinic_id = @clinic_id AND message_id = @message_id;

-- name: RevisionFirst :one
-- What the message was when it came.
SELECT * FROM message_revision
WHERE clinic_id = @clinic_id AND message_id = @message_id
ORDER BY replaced_at
LIMIT 1;
