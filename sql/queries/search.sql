-- name: MessageSearch :many
-- Ids alone, the newest first; what is shown of them is read as always.
SELECT h.message_id, h.created_at, h.rank
FROM search_messages(@phrases::text[], @open::boolean, @reach, @viewer_id, sqlc.narg(channel), sqlc.narg(inbound), sqlc.narg(patient_id),
    sqlc.narg(conversation_id), sqlc.narg(since), sqlc.narg(before_at), sqlc.narg(before_id), @max_rows) h;

-- name: PatientSearch :many
SELECT p.patient_id, p.name, coalesce(p.phone, '')::text AS phone, coalesce(p.email, '')::text AS email FROM search_patients(@phrases::text[], @max_rows) p;

-- name: ConversationsOfPatients :many
-- Who sees which is asked of the rules.
SELECT conversation_id, kind, patient_id, doctor_id, assignee_id, last_at FROM conversation
WHERE clinic_id = @clinic_id AND patient_id = ANY (@patient_ids::uuid[])
ORDER BY last_at DESC;

-- name: ConversationsLabelled :many
SELECT conversation_id FROM conversation_label
WHERE clinic_id = @clinic_id AND label = @label
LIMIT @max_rows;

-- name: LabelsUsed :many
-- Labels that conversations have, each once: a skip over the index, not a read of it.
WITH RECURSIVE used AS (
    (SELECT l.label FROM conversation_label l WHERE l.clinic_id = @clinic_id ORDER BY l.label LIMIT 1)
    UNION ALL
    SELECT (SELECT l.label FROM conversation_label l WHERE l.clinic_id = @clinic_id AND l.label > used.label ORDER BY l.label LIMIT 1)
    FROM used WHERE used.label IS NOT NULL
)
SELECT label::text FROM used WHERE label IS NOT NULL;

-- name: MessageConversations :many
SELECT DISTINCT conversation_id FROM message
WHERE clinic_id = @clinic_id AND message_id = ANY (@message_ids::uuid[]);
