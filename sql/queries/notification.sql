-- name: NotificationAdd :exec
-- One row for each person; where one is unread already, its count grows. The id comes from
-- the seed, so that the same cause makes the same row.
INSERT INTO notification (clinic_id, notification_id, user_id, kind, conversation_id, message_id, actor_user_id, actor_patient_id, created_at, updated_at)
SELECT @clinic_id, md5(concat(@seed::uuid, told.user_id, @kind::text))::uuid, told.user_id, @kind, @conversation_id, sqlc.narg(message_id)::uuid,
    sqlc.narg(actor_user_id)::uuid, sqlc.narg(actor_patient_id)::uuid, @now::timestamptz, @now
FROM unnest(@user_ids::uuid[]) AS told (user_id)
ON CONFLICT (clinic_id, user_id, conversation_id, kind) WHERE read_at IS NULL
DO UPDATE SET count = notification.count + 1, message_id = excluded.message_id, updated_at = excluded.updated_at,
    actor_user_id = excluded.actor_user_id, actor_patient_id = excluded.actor_patient_id;

-- name: NotificationClear :exec
-- What is dealt with, in one conversation.
UPDATE notification SET read_at = @now::timestamptz
WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id AND user_id = ANY (@user_ids::uuid[])
  AND kind = ANY (@kinds::text[]) AND read_at IS NULL;

-- name: NotificationForget :exec
-- Somebody has lost sight of the conversation.
DELETE FROM notification
WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id AND user_id = ANY (@user_ids::uuid[]);

-- name: NotificationRead :exec
UPDATE notification SET read_at = @now::timestamptz
WHERE clinic_id = @clinic_id AND user_id = @user_id AND read_at IS NULL AND notification_id = ANY (@notification_ids::uuid[]);

-- name: NotificationsUnread :many
-- What of these is unread.
SELECT notification_id FROM notification
WHERE clinic_id = @clinic_id AND user_id = @user_id AND read_at IS NULL
  AND (notification_id = ANY (@notification_ids::uuid[]) OR updated_at <= sqlc.narg(upto)::timestamptz);

-- name: NotificationGet :one
SELECT * FROM notification_view WHERE clinic_id = @clinic_id AND user_id = @user_id AND notification_id = @notification_id;

-- name: NotificationPage :many
-- Newest first. A page starts after (before_at, before_id).
SELECT * FROM notification_view
WHERE clinic_id = @clinic_id AND user_id = @user_id
  AND (NOT @unread::boolean OR read_at IS NULL)
  AND (sqlc.narg(before_at)::timestamptz IS NULL OR (updated_at, notification_id) < (sqlc.narg(before_at), sqlc.narg(before_id)::uuid))
ORDER BY updated_at DESC, notification_id DESC
LIMIT @max_rows;

-- name: NotificationsOfChange :many
-- What is unread of a conversation, after a change to it.
SELECT * FROM notification_view
WHERE clinic_id = @clinic_id AND user_id = ANY (@user_ids::uuid[]) AND conversation_id = @conversation_id AND read_at IS NULL
ORDER BY updated_at DESC, notification_id DESC;

-- name: NotificationCounts :many
-- How much is unread for each, a hundred at the most: then nobody counts.
SELECT told.user_id::uuid AS user_id, (
    SELECT count(*) FROM (
        SELECT FROM notification n WHERE n.clinic_id = @clinic_id AND n.user_id = told.user_id AND n.read_at IS NULL LIMIT 100
    ) AS unread)::integer AS unread
FROM unnest(@user_ids::uuid[]) AS told (user_id);

-- name: NotificationPrune :exec
DELETE FROM notification WHERE clinic_id = @clinic_id AND read_at < @before::timestamptz;

-- name: NotificationsToPush :many
-- What was told since a time and is still unread, with each browser of the person whose
-- session lives. Nobody else does the same until the commit.
SELECT n.notification_id, n.user_id, n.kind, v.patient_name, s.subscription_id, u.preferences
FROM notification n
JOIN notification_view v ON v.clinic_id = n.clinic_id AND v.notification_id = n.notification_id
JOIN clinic_user u ON u.clinic_id = n.clinic_id AND u.user_id = n.user_id AND u.active AND 'send_messages' = ANY (u.permissions)
JOIN push_subscription s ON s.clinic_id = n.clinic_id AND s.user_id = n.user_id
JOIN session e ON e.clinic_id = s.clinic_id AND e.session_id = s.session_id AND e.expires_at > @now::timestamptz AND e.seen_at > @idle_since::timestamptz
WHERE n.clinic_id = @clinic_id AND n.user_id = ANY (@user_ids::uuid[]) AND n.conversation_id = @conversation_id
  AND n.read_at IS NULL AND n.updated_at >= @told_at::timestamptz AND (n.pushed_at IS NULL OR n.pushed_at < @told_at)
FOR NO KEY UPDATE OF n;

-- name: NotificationPushed :exec
UPDATE notification SET pushed_at = updated_at
WHERE clinic_id = @clinic_id AND notification_id = ANY (@notification_ids::uuid[]);
