-- name: ScheduledInsert :exec
INSERT INTO scheduled_message (clinic_id, message_id, conversation_id, author_id, channel, subject, body, body_html, of_template,
    scheduled_at, fingerprint, created_at, updated_at)
VALUES (@clinic_id, @message_id, @conversation_id, @author_id, @channel, @subject, @body, sqlc.narg(body_html), @of_template,
    @scheduled_at, @fingerprint, @created_at, @created_at);

-- name: ScheduledGet :one
SELECT * FROM scheduled_view
WHERE clinic_id = @clinic_id AND message_id = @message_id;

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
SELECT * FROM scheduled_view s
WHERE s.clinic_id = @clinic_id AND s.state IN ('waiting', 'failed')
  AND (sqlc.narg(conversation_id)::uuid IS NULL OR s.conversation_id = sqlc.narg(conversation_id))
  AND (s.author_id = @viewer_id::uuid OR CASE @reach::text
        WHEN 'all' THEN true
        WHEN 'front_desk' THEN s.kind = 'front_desk' OR s.first_id = @viewer_id::uuid OR s.second_id = @viewer_id::uuid
        ELSE s.doctor_id = @viewer_id::uuid OR s.assignee_id = @viewer_id::uuid OR s.first_id = @viewer_id::uuid OR s.second_id = @viewer_id::uuid
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
