-- name: MessageInsert :exec
-- An answer also says since when the patient had been waiting; so this comes before the
-- conversation's summary is brought up to date. Who was archived waited for nothing.
INSERT INTO message (clinic_id, message_id, conversation_id, channel, side, author_user_id, author_patient_id,
    subject, body, status, mentions, created_at, attachments, call_started_at, call_seconds, call_direction, call_outcome, body_html, automatic, waited_since)
VALUES (@clinic_id, @message_id, @conversation_id, @channel::text, @side::smallint, sqlc.narg(author_user_id), sqlc.narg(author_patient_id),
    sqlc.narg(subject), @body, @status, @mentions, @created_at, @attachments, sqlc.narg(call_started_at), sqlc.narg(call_seconds), sqlc.narg(call_direction), sqlc.narg(call_outcome), sqlc.narg(body_html), @automatic,
    CASE WHEN @side::smallint = 0 AND sqlc.narg(author_user_id)::uuid IS NOT NULL AND @channel::text NOT IN ('note', 'call') THEN (
        SELECT c.last_word_since FROM conversation c
        WHERE c.clinic_id = @clinic_id AND c.conversation_id = @conversation_id AND c.last_word = 1 AND NOT c.archived AND c.kind <> 'direct') END);

-- name: MessageEditCall :exec
UPDATE message
SET body = @body, call_started_at = @call_started_at, call_seconds = @call_seconds, call_direction = @call_direction,
    call_outcome = @call_outcome, edited_at = @edited_at
WHERE clinic_id = @clinic_id AND message_id = @message_id;

-- name: MessageGet :one
SELECT * FROM message_view
WHERE clinic_id = @clinic_id AND message_id = @message_id;

-- name: MessageBefore :many
-- What a send must know, in one trip: the message that has this id already, if any (same),
-- and what the other side has written and this side has not answered.
SELECT message_id, conversation_id, channel, author_user_id, author_patient_id, subject, body, body_html, status, mentions, true AS same,
    call_started_at, call_seconds, call_direction, call_outcome, edited_at,
    ARRAY(SELECT f.attachment_id FROM attachment f WHERE s.attachments > 0 AND f.clinic_id = s.clinic_id AND f.message_id = s.message_id ORDER BY f.place)::uuid[] AS files
FROM message s
WHERE s.clinic_id = @clinic_id AND s.message_id = @message_id
UNION ALL
SELECT message_id, conversation_id, channel, author_user_id, author_patient_id, NULL, '', NULL, status, mentions, false, NULL, NULL, NULL, NULL, NULL, '{}'::uuid[]
FROM message u
WHERE u.clinic_id = @clinic_id AND u.conversation_id = @conversation_id AND u.side = @other_side
  AND u.status <> 'replied' AND u.channel NOT IN ('note', 'call');

-- name: MessageReplied :exec
-- To answer is to have read.
UPDATE message
SET status = 'replied', read_at = coalesce(read_at, @now),
    reader_user_id = CASE WHEN read_at IS NULL THEN sqlc.narg(reader_user_id)::uuid ELSE reader_user_id END,
    reader_patient_id = CASE WHEN read_at IS NULL THEN sqlc.narg(reader_patient_id)::uuid ELSE reader_patient_id END
WHERE clinic_id = @clinic_id AND message_id = ANY (@message_ids::uuid[]);

-- name: MessageUnread :many
-- What this side has not read, up to a time.
SELECT message_id FROM message
WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id AND side = @side
  AND status = 'unread' AND channel NOT IN ('note', 'call') AND created_at <= @upto;

-- name: MessageRead :exec
UPDATE message
SET status = 'read', read_at = @now::timestamptz, reader_user_id = sqlc.narg(reader_user_id), reader_patient_id = sqlc.narg(reader_patient_id)
WHERE clinic_id = @clinic_id AND message_id = ANY (@message_ids::uuid[]);

-- name: MessageNewestOf :one
-- The newest word of one side.
SELECT message_id, status FROM message
WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id AND side = @side AND channel NOT IN ('note', 'call')
ORDER BY created_at DESC
LIMIT 1;

-- name: MessageUnreadAgain :exec
UPDATE message
SET status = 'unread', read_at = NULL, reader_user_id = NULL, reader_patient_id = NULL
WHERE clinic_id = @clinic_id AND message_id = @message_id;

-- name: MessageStar :exec
UPDATE message SET starred_at = sqlc.narg(starred_at), starred_by = sqlc.narg(starred_by)
WHERE clinic_id = @clinic_id AND message_id = @message_id;

-- name: MessageStarPatient :exec
UPDATE message SET patient_starred_at = sqlc.narg(starred_at)
WHERE clinic_id = @clinic_id AND message_id = @message_id;

-- name: MessageNewestIDs :many
SELECT message_id FROM message
WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id
ORDER BY created_at DESC
LIMIT @max_rows;

-- name: MessagePage :many
-- Newest first. A page starts before a time; null means the newest. A patient sees neither notes nor calls.
SELECT * FROM message_view
WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id
  AND (sqlc.narg(before)::timestamptz IS NULL OR created_at < sqlc.narg(before))
  AND (@notes::boolean OR channel NOT IN ('note', 'call'))
ORDER BY created_at DESC
LIMIT @max_rows;

-- name: MessagesNewer :many
-- What colleagues have said since a message that the writer had seen.
SELECT v.* FROM message_view v
JOIN message seen ON seen.clinic_id = v.clinic_id AND seen.message_id = @seen_id AND seen.conversation_id = v.conversation_id
WHERE v.clinic_id = @clinic_id AND v.conversation_id = @conversation_id
  AND v.created_at > seen.created_at AND v.side = @side AND v.channel NOT IN ('note', 'call')
  AND v.author_user_id <> @author_id::uuid -- what the clinic answers by itself is nobody's
ORDER BY v.created_at
LIMIT 50;

-- name: MessageViews :many
SELECT * FROM message_view
WHERE clinic_id = @clinic_id AND message_id = ANY (@message_ids::uuid[])
ORDER BY created_at;

-- name: MessageViewsOfChange :many
-- The touched messages, and the two that a conversation shows in a list.
SELECT * FROM message_view v
WHERE v.clinic_id = @clinic_id AND v.message_id = ANY (@message_ids::uuid[] || ARRAY(
    SELECT unnest(ARRAY[c.last_id, c.shown_id]) FROM conversation c
    WHERE c.clinic_id = @clinic_id AND c.conversation_id = @conversation_id))
ORDER BY v.created_at;

-- name: MessagePageAfter :many
-- Oldest first, from a time on. A patient sees no notes.
SELECT * FROM message_view
WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id AND created_at > @after
  AND (@notes::boolean OR channel NOT IN ('note', 'call'))
ORDER BY created_at
LIMIT @max_rows;

-- name: MessagesStarred :many
-- What staff have starred, the newest star first. Who sees what is rules.Sees, written in SQL.
SELECT m.message_id, m.starred_at::timestamptz AS starred_at FROM message m
JOIN conversation c ON c.clinic_id = m.clinic_id AND c.conversation_id = m.conversation_id
WHERE m.clinic_id = @clinic_id AND m.starred_at IS NOT NULL
  AND CASE @reach::text
        WHEN 'all' THEN true
        WHEN 'front_desk' THEN c.kind = 'front_desk' OR c.first_id = @viewer_id::uuid OR c.second_id = @viewer_id::uuid
        ELSE c.doctor_id = @viewer_id::uuid OR c.assignee_id = @viewer_id::uuid OR c.first_id = @viewer_id::uuid OR c.second_id = @viewer_id::uuid
      END
  AND (sqlc.narg(before_at)::timestamptz IS NULL OR (m.starred_at, m.message_id) < (sqlc.narg(before_at), sqlc.narg(before_id)::uuid))
ORDER BY m.starred_at DESC, m.message_id DESC
LIMIT @max_rows;

-- name: MessagesStarredByPatient :many
SELECT m.message_id, m.patient_starred_at::timestamptz AS starred_at FROM message m
JOIN conversation c ON c.clinic_id = m.clinic_id AND c.conversation_id = m.conversation_id
WHERE m.clinic_id = @clinic_id AND c.patient_id = @patient_id::uuid AND m.patient_starred_at IS NOT NULL
  AND m.channel NOT IN ('note', 'call')
  AND (sqlc.narg(before_at)::timestamptz IS NULL OR (m.patient_starred_at, m.message_id) < (sqlc.narg(before_at), sqlc.narg(before_id)::uuid))
ORDER BY m.patient_starred_at DESC, m.message_id DESC
LIMIT @max_rows;
