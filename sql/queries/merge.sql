-- name: ConversationsToMerge :many
-- What the two records have, locked in the order of ids.
SELECT * FROM conversation
WHERE clinic_id = @clinic_id AND patient_id = ANY (@patient_ids::uuid[])
ORDER BY conversation_id
FOR NO KEY UPDATE;

-- name: ConversationCounts :many
SELECT c.conversation_id, c.kind, c.patient_id, c.doctor_id, coalesce(u.name, '')::text AS doctor_name, c.archived,
    coalesce(a.name, '')::text AS assignee_name, c.assignee_id, coalesce(a.role, '')::text AS assignee_role,
    (SELECT count(*) FROM message m WHERE m.clinic_id = c.clinic_id AND m.conversation_id = c.conversation_id)::integer AS messages
FROM conversation c
LEFT JOIN clinic_user u ON u.clinic_id = c.clinic_id AND u.user_id = c.doctor_id
LEFT JOIN clinic_user a ON a.clinic_id = c.clinic_id AND a.user_id = c.assignee_id
WHERE c.clinic_id = @clinic_id AND c.patient_id = ANY (@patient_ids::uuid[])
ORDER BY c.kind DESC, u.name, c.conversation_id;

-- name: MessageTimes :many
SELECT message_id, conversation_id, created_at FROM message
WHERE clinic_id = @clinic_id AND conversation_id = ANY (@conversation_ids::uuid[])
ORDER BY created_at, conversation_id, message_id;

-- name: MessagesStepAside :exec
-- Far out of the way, as each time of a conversation is there once.
UPDATE message SET created_at = created_at - interval '1000 years'
WHERE clinic_id = @clinic_id AND message_id = ANY (@message_ids::uuid[]);

-- name: MessagesPlace :exec
UPDATE message m SET conversation_id = @conversation_id, created_at = v.at
FROM (SELECT unnest(@message_ids::uuid[]) AS id, unnest(@times::timestamptz[]) AS at) v
WHERE m.clinic_id = @clinic_id AND m.message_id = v.id;

-- name: ConversationSetPatient :exec
UPDATE conversation SET patient_id = @patient_id::uuid WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id;

-- name: ConversationResummarize :exec
-- Counts and summary from the messages themselves.
UPDATE conversation c
SET unread_0 = n.unread_0, unread_1 = n.unread_1, stars = n.stars, patient_stars = n.patient_stars,
    last_id = l.message_id, last_at = coalesce(l.created_at, c.last_at), shown_id = w.message_id, shown_at = coalesce(w.created_at, c.shown_at),
    last_word = w.side,
    last_word_since = (SELECT min(m.created_at) FROM message m
        WHERE m.clinic_id = c.clinic_id AND m.conversation_id = c.conversation_id AND m.channel NOT IN ('note', 'call')
          AND m.created_at > coalesce((SELECT max(o.created_at) FROM message o
              WHERE o.clinic_id = c.clinic_id AND o.conversation_id = c.conversation_id AND o.channel NOT IN ('note', 'call') AND o.side <> w.side), '-infinity')),
    archived = @archived, assignee_id = sqlc.narg(assignee_id), labels = @labels::text[],
    snoozed = c.snoozed AND @snoozed::boolean, snoozed_until = CASE WHEN @snoozed::boolean THEN c.snoozed_until END,
    snoozed_by = CASE WHEN @snoozed::boolean THEN c.snoozed_by END,
    created_at = least(c.created_at, @begun::timestamptz)
FROM (
    SELECT count(*) FILTER (WHERE side = 1 AND status = 'unread' AND channel <> 'note') AS unread_0,
           count(*) FILTER (WHERE side = 0 AND status = 'unread' AND channel <> 'note') AS unread_1,
           count(*) FILTER (WHERE starred_at IS NOT NULL) AS stars,
           count(*) FILTER (WHERE patient_starred_at IS NOT NULL) AS patient_stars
    FROM message WHERE message.clinic_id = @clinic_id AND message.conversation_id = @conversation_id
) n
LEFT JOIN LATERAL (
    SELECT message_id, created_at FROM message WHERE message.clinic_id = @clinic_id AND message.conversation_id = @conversation_id
    ORDER BY created_at DESC LIMIT 1
) l ON true
LEFT JOIN LATERAL (
    SELECT message_id, created_at, side FROM message
    WHERE message.clinic_id = @clinic_id AND message.conversation_id = @conversation_id AND channel NOT IN ('note', 'call')
    ORDER BY created_at DESC LIMIT 1
) w ON true
WHERE c.clinic_id = @clinic_id AND c.conversation_id = @conversation_id;

-- name: ConversationHandOver :exec
SELECT hand_over('conversation', @gone_id::uuid, @into_id::uuid, ARRAY['message']::regclass[]);

-- name: ConversationDelete :exec
DELETE FROM conversation WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id;

-- name: ConversationJoin :exec
INSERT INTO conversation_joined (clinic_id, conversation_id, into_id, created_at)
VALUES (@clinic_id, @conversation_id, @into_id, @created_at);

-- name: ConversationJoinedInto :one
SELECT into_id FROM conversation_joined WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id;

-- name: UserIDs :many
SELECT user_id FROM clinic_user WHERE clinic_id = @clinic_id AND active;

-- name: ConversationGet :one
SELECT * FROM conversation WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id;
