-- name: RecordConversations :one
-- How many conversations there are with a patient, whoever may see them.
SELECT count(*)::bigint FROM conversation WHERE clinic_id = @clinic_id AND patient_id = @patient_id::uuid;

-- name: RecordSums :many
SELECT attachment_id, sha256 FROM attachment
WHERE clinic_id = @clinic_id AND message_id = ANY (@message_ids::uuid[]);

-- name: RecordPatients :many
-- By id; a page starts after after_id.
SELECT * FROM patient
WHERE clinic_id = @clinic_id
  AND (sqlc.narg(ids)::uuid[] IS NULL OR patient_id = ANY (sqlc.narg(ids)))
  AND (sqlc.narg(name)::text IS NULL OR ' ' || plain(name) LIKE '% ' || plain(sqlc.narg(name)) || '%')
  AND (sqlc.narg(phone)::text IS NULL OR phone = sqlc.narg(phone))
  AND (sqlc.narg(email)::text IS NULL OR lower(email) = sqlc.narg(email))
  AND (sqlc.narg(born_from)::date IS NULL OR birth_date >= sqlc.narg(born_from))
  AND (sqlc.narg(born_before)::date IS NULL OR birth_date < sqlc.narg(born_before))
  AND (sqlc.narg(after_id)::uuid IS NULL OR patient_id > sqlc.narg(after_id))
ORDER BY patient_id
LIMIT @max_rows;

-- name: RecordCommunicationsUp :many
-- Messages and conversations as FHIR has them, oldest first. Who sees what is rules.Sees,
-- written in SQL; notes are never there. A page starts after (at, id).
SELECT x.id, x.sent, x.thread FROM (
    (SELECT m.message_id AS id, m.created_at AS sent, false AS thread
    FROM message m JOIN conversation c ON c.clinic_id = m.clinic_id AND c.conversation_id = m.conversation_id
    WHERE m.clinic_id = @clinic_id AND m.channel <> 'note' AND c.kind <> 'direct' AND NOT @threads_only::boolean
      AND (@reach::text = 'all' OR @reach::text = 'front_desk' AND c.kind = 'front_desk' OR @reach::text = 'own' AND (c.doctor_id = @viewer_id::uuid OR c.assignee_id = @viewer_id::uuid))
      AND (sqlc.narg(ids)::uuid[] IS NULL OR m.message_id = ANY (sqlc.narg(ids)))
      AND (sqlc.narg(patient_id)::uuid IS NULL OR c.patient_id = sqlc.narg(patient_id))
      AND (sqlc.narg(conversation_id)::uuid IS NULL OR m.conversation_id = sqlc.narg(conversation_id))
      AND m.created_at >= @since AND m.created_at < @until AND (m.created_at, m.message_id) > (@at::timestamptz, @id::uuid)
    ORDER BY m.created_at, m.message_id LIMIT @max_rows)
    UNION ALL
    (SELECT c.conversation_id, c.created_at, true
    FROM conversation c
    WHERE c.clinic_id = @clinic_id AND c.kind <> 'direct' AND NOT @messages_only::boolean
      AND (@reach::text = 'all' OR @reach::text = 'front_desk' AND c.kind = 'front_desk' OR @reach::text = 'own' AND (c.doctor_id = @viewer_id::uuid OR c.assignee_id = @viewer_id::uuid))
      AND (sqlc.narg(ids)::uuid[] IS NULL OR c.conversation_id = ANY (sqlc.narg(ids)))
      AND (sqlc.narg(patient_id)::uuid IS NULL OR c.patient_id = sqlc.narg(patient_id))
      AND c.created_at >= @since AND c.created_at < @until AND (c.created_at, c.conversation_id) > (@at::timestamptz, @id::uuid)
    ORDER BY c.created_at, c.conversation_id LIMIT @max_rows)
) x
ORDER BY x.sent, x.id
LIMIT @max_rows;

-- name: RecordCommunicationsDown :many
-- The same, newest first.
SELECT x.id, x.sent, x.thread FROM (
    (SELECT m.message_id AS id, m.created_at AS sent, false AS thread
    FROM message m JOIN conversation c ON c.clinic_id = m.clinic_id AND c.conversation_id = m.conversation_id
    WHERE m.clinic_id = @clinic_id AND m.channel <> 'note' AND c.kind <> 'direct' AND NOT @threads_only::boolean
      AND (@reach::text = 'all' OR @reach::text = 'front_desk' AND c.kind = 'front_desk' OR @reach::text = 'own' AND (c.doctor_id = @viewer_id::uuid OR c.assignee_id = @viewer_id::uuid))
      AND (sqlc.narg(ids)::uuid[] IS NULL OR m.message_id = ANY (sqlc.narg(ids)))
      AND (sqlc.narg(patient_id)::uuid IS NULL OR c.patient_id = sqlc.narg(patient_id))
      AND (sqlc.narg(conversation_id)::uuid IS NULL OR m.conversation_id = sqlc.narg(conversation_id))
      AND m.created_at >= @since AND m.created_at < @until AND (m.created_at, m.message_id) < (@at::timestamptz, @id::uuid)
    ORDER BY m.created_at DESC, m.message_id DESC LIMIT @max_rows)
    UNION ALL
    (SELECT c.conversation_id, c.created_at, true
    FROM conversation c
    WHERE c.clinic_id = @clinic_id AND c.kind <> 'direct' AND NOT @messages_only::boolean
      AND (@reach::text = 'all' OR @reach::text = 'front_desk' AND c.kind = 'front_desk' OR @reach::text = 'own' AND (c.doctor_id = @viewer_id::uuid OR c.assignee_id = @viewer_id::uuid))
      AND (sqlc.narg(ids)::uuid[] IS NULL OR c.conversation_id = ANY (sqlc.narg(ids)))
      AND (sqlc.narg(patient_id)::uuid IS NULL OR c.patient_id = sqlc.narg(patient_id))
      AND c.created_at >= @since AND c.created_at < @until AND (c.created_at, c.conversation_id) < (@at::timestamptz, @id::uuid)
    ORDER BY c.created_at DESC, c.conversation_id DESC LIMIT @max_rows)
) x
ORDER BY x.sent DESC, x.id DESC
LIMIT @max_rows;
