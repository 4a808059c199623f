-- name: ScheduledInsert :exec
INSERT INTO scheduled_message (clinic_id, message_id, conversation_id, author_id, channel, subject, body, body_html, of_template,
    scheduled_at, fingerprint, created_at, updated_at)
VALUES (@clinic_id, @message_id, @conversation_id, @author_id, @channel, @subject, @body, sqlc.narg(body_html), @of_template,
    @scheduled_at, @fingerprint, @created_at, @created_at);

-- name: ScheduledGet :one
SELECT s.*, u.name AS author_name,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', f.attachment_id, 'filename', f.filename, 'media_type', f.media_type,
            'size', f.size, 'thumbnail', f.thumbnail_key IS NOT NULL, 'width', f.width, 'height', f.height) ORDER BY f.place), '[]')
     FROM attachment f WHERE f.clinic_id = s.clinic_id AND f.scheduled_id = s.message_id)::jsonb AS files
FROM scheduled_message s
JOIN clinic_user u ON u.clinic_id = s.clinic_id AND u.user_id = s.author_id
WHERE s.clinic_id = @clinic_id AND s.message_id = @message_id;

-- name: ScheduledLock :one
-- Comes after the conversation's lock, always.
SELECT * FROM scheduled_message WHERE clinic_id = @clinic_id AND message_id = @message_id FOR UPDATE;

-- name: ScheduledFiles :many
-- What waits with it, in its order.
SELECT attachment_id FROM attachment
WHERE clinic_id = @clinic_id AND scheduled_id = @scheduled_id::uuid
ORDER BY place;

-- name: ScheduledSettle :exec
-- What became of it.
UPDATE scheduled_message SET state = @state, reason = @reason, updated_at = @updated_at
WHERE clinic_id = @clinic_id AND message_id = @message_id;

-- name: ScheduledUpdate :exec
UPDATE scheduled_message
SET channel = @channel, subject = @subject, body = @body, body_html = sqlc.narg(body_html), scheduled_at = @scheduled_at, version = @version,
    state = 'waiting', reason = '', updated_at = @updated_at
WHERE clinic_id = @clinic_id AND message_id = @message_id;

-- name: ScheduledPage :many
-- What is still to come, and what could not be sent, soonest first. Who sees what is
-- rules.Sees, written in SQL as for the inbox; an author sees the own ones in any case.
SELECT s.*, u.name AS author_name, c.kind, c.patient_id, c.doctor_id, c.assignee_id, c.first_id, c.second_id, coalesce(p.name, '')::text AS patient_name,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', f.attachment_id, 'filename', f.filename, 'media_type', f.media_type,
            'size', f.size, 'thumbnail', f.thumbnail_key IS NOT NULL, 'width', f.width, 'height', f.height) ORDER BY f.place), '[]')
     FROM attachment f WHERE f.clinic_id = s.clinic_id AND f.scheduled_id = s.message_id)::jsonb AS files
FROM scheduled_message s
JOIN conversation c ON c.clinic_id = s.clinic_id AND c.conversation_id = s.conversation_id
JOIN clinic_user u ON u.clinic_id = s.clinic_id AND u.user_id = s.author_id
LEFT JOIN patient p ON p.clinic_id = c.clinic_id AND p.patient_id = c.patient_id
WHERE s.clinic_id = @clinic_id AND s.state IN ('waiting', 'failed')
  AND (sqlc.narg(conversation_id)::uuid IS NULL OR s.conversation_id = sqlc.narg(conversation_id))
  AND (s.author_id = @viewer_id::uuid OR CASE @reach::text
        WHEN 'all' THEN true
        WHEN 'front_desk' THEN c.kind = 'front_desk' OR c.first_id = @viewer_id::uuid OR c.second_id = @viewer_id::uuid
        ELSE c.doctor_id = @viewer_id::uuid OR c.assignee_id = @viewer_id::uuid OR c.first_id = @viewer_id::uuid OR c.second_id = @viewer_id::uuid
      END)
  AND (sqlc.narg(after_at)::timestamptz IS NULL OR (s.scheduled_at, s.message_id) > (sqlc.narg(after_at), sqlc.narg(after_id)::uuid))
ORDER BY s.scheduled_at, s.message_id
LIMIT @max_rows;

-- name: ScheduledCount :one
-- How much of one person waits: a bound for what one may pile up.
SELECT count(*) FROM scheduled_message
WHERE clinic_id = @clinic_id AND author_id = @author_id AND state IN ('waiting', 'failed');

-- name: UsersOfHub :many
-- All who may use the hub, for those to be told who see a conversation.
SELECT user_id, role FROM clinic_user
WHERE clinic_id = @clinic_id AND active AND @permission::text = ANY (permissions);
