-- name: AttachmentInsert :exec
INSERT INTO attachment (clinic_id, attachment_id, uploader_user_id, uploader_patient_id, filename, media_type, size, sha256,
    blob_key, thumbnail_key, width, height, created_at)
VALUES (@clinic_id, @attachment_id, sqlc.narg(uploader_user_id), sqlc.narg(uploader_patient_id), @filename, @media_type, @size, @sha256,
    @blob_key, sqlc.narg(thumbnail_key), sqlc.narg(width), sqlc.narg(height), @created_at);

-- name: AttachmentGet :one
SELECT * FROM attachment
WHERE clinic_id = @clinic_id AND attachment_id = @attachment_id;

-- name: AttachmentLock :one
SELECT * FROM attachment
WHERE clinic_id = @clinic_id AND attachment_id = @attachment_id
FOR UPDATE;

-- name: AttachmentsUnsent :one
-- How much somebody has uploaded that goes with nothing yet.
SELECT count(*) AS files, coalesce(sum(size), 0)::bigint AS bytes FROM attachment
WHERE clinic_id = @clinic_id AND message_id IS NULL AND scheduled_id IS NULL
  AND (uploader_user_id = sqlc.narg(uploader_user_id) OR uploader_patient_id = sqlc.narg(uploader_patient_id));

-- name: AttachmentSeen :one
-- A file with the conversation that it was sent in, or waits in, which says who may have it.
SELECT a.attachment_id, a.filename, a.media_type, a.size, a.sha256, a.thumbnail_key, a.width, a.height, a.blob_key,
    a.uploader_user_id, a.uploader_patient_id, a.message_id, a.scheduled_id, a.stray_id, m.channel, c.kind AS conversation_kind, c.patient_id, c.doctor_id, c.assignee_id, c.first_id, c.second_id
FROM attachment a
LEFT JOIN message m ON m.clinic_id = a.clinic_id AND m.message_id = a.message_id
LEFT JOIN scheduled_message w ON w.clinic_id = a.clinic_id AND w.message_id = a.scheduled_id
LEFT JOIN conversation c ON c.clinic_id = a.clinic_id AND c.conversation_id = coalesce(m.conversation_id, w.conversation_id)
WHERE a.clinic_id = @clinic_id AND a.attachment_id = @attachment_id;

-- name: AttachmentsForMessage :many
-- What a draft names, held until the message is there.
SELECT attachment_id, uploader_user_id, uploader_patient_id, message_id, scheduled_id, size FROM attachment
WHERE clinic_id = @clinic_id AND attachment_id = ANY (@attachment_ids::uuid[])
ORDER BY attachment_id
FOR UPDATE;

-- name: AttachmentsSend :exec
UPDATE attachment SET message_id = @message_id::uuid, scheduled_id = NULL, place = array_position(@attachment_ids::uuid[], attachment_id)
WHERE clinic_id = @clinic_id AND attachment_id = ANY (@attachment_ids::uuid[]);

-- name: AttachmentsWait :exec
-- From now on exactly these wait with a scheduled message; what it had beside them is free.
UPDATE attachment
SET scheduled_id = CASE WHEN attachment_id = ANY (@attachment_ids::uuid[]) THEN @scheduled_id::uuid END,
    place = coalesce(array_position(@attachment_ids::uuid[], attachment_id), 0),
    freed_at = CASE WHEN NOT attachment_id = ANY (@attachment_ids::uuid[]) THEN @now::timestamptz END
WHERE clinic_id = @clinic_id AND (scheduled_id = @scheduled_id::uuid OR attachment_id = ANY (@attachment_ids::uuid[]));

-- name: AttachmentMessage :one
-- Where a file was sent; null: nowhere yet.
SELECT a.message_id, a.scheduled_id, m.conversation_id, m.channel FROM attachment a
LEFT JOIN message m ON m.clinic_id = a.clinic_id AND m.message_id = a.message_id
WHERE a.clinic_id = @clinic_id AND a.attachment_id = @attachment_id;

-- name: AttachmentDepict :exec
UPDATE attachment SET thumbnail_key = @thumbnail_key::text, width = sqlc.narg(width), height = sqlc.narg(height)
WHERE clinic_id = @clinic_id AND attachment_id = @attachment_id;

-- name: AttachmentsForgotten :many
-- Uploaded, and neither sent nor waiting by a time.
SELECT attachment_id, blob_key FROM attachment
WHERE clinic_id = @clinic_id AND message_id IS NULL AND stray_id IS NULL AND scheduled_id IS NULL
  AND created_at < @before AND coalesce(freed_at, created_at) < @before
ORDER BY created_at
LIMIT 500
FOR UPDATE SKIP LOCKED;

-- name: AttachmentsDelete :exec
DELETE FROM attachment
WHERE clinic_id = @clinic_id AND message_id IS NULL AND scheduled_id IS NULL AND attachment_id = ANY (@attachment_ids::uuid[]);

-- name: BlobsNamed :many
-- Which of these bytes a row still stands for.
SELECT DISTINCT blob_key FROM attachment
WHERE clinic_id = @clinic_id AND blob_key = ANY (@blob_keys::text[]);

-- name: AttachmentsOfMessage :many
SELECT * FROM attachment
WHERE clinic_id = @clinic_id AND message_id = @message_id::uuid
ORDER BY place;
