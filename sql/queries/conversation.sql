-- name: ConversationInsert :exec
INSERT INTO conversation (clinic_id, conversation_id, kind, patient_id, doctor_id, first_id, second_id,
    last_at, shown_at, created_at)
VALUES (@clinic_id, @conversation_id, @kind, sqlc.narg(patient_id), sqlc.narg(doctor_id), sqlc.narg(first_id), sqlc.narg(second_id),
    @created_at, @created_at, @created_at);

-- name: ConversationLock :one
-- Held until the commit, so two changes to one conversation follow each other.
SELECT c.*, coalesce(p.portal_access, false)::boolean AS portal_access, coalesce(p.email, '')::text AS email, coalesce(p.phone, '')::text AS phone,
    coalesce(p.opted_out, '{}')::text[] AS opted_out
FROM conversation c
LEFT JOIN patient p ON p.clinic_id = c.clinic_id AND p.patient_id = c.patient_id
WHERE c.clinic_id = @clinic_id AND c.conversation_id = @conversation_id
FOR NO KEY UPDATE OF c;

-- name: ConversationOfPair :one
-- The one conversation of its kind between these people.
SELECT conversation_id FROM conversation
WHERE clinic_id = @clinic_id AND kind = @kind
  AND patient_id IS NOT DISTINCT FROM sqlc.narg(patient_id)
  AND doctor_id IS NOT DISTINCT FROM sqlc.narg(doctor_id)
  AND first_id IS NOT DISTINCT FROM sqlc.narg(first_id)
  AND second_id IS NOT DISTINCT FROM sqlc.narg(second_id);

-- name: ConversationSummarize :exec
-- After a message: who spoke last, what is unread. An inbound message reopens.
UPDATE conversation
SET archived = @archived, unread_0 = @unread_0, unread_1 = @unread_1,
    last_word = @last_word, last_word_since = @last_word_since,
    last_id = @last_id, last_at = @last_at, shown_id = @shown_id, shown_at = @shown_at
WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id;

-- name: ConversationSetUnread :exec
UPDATE conversation SET unread_0 = @unread_0, unread_1 = @unread_1
WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id;

-- name: ConversationSetStars :exec
UPDATE conversation SET stars = @stars, patient_stars = @patient_stars
WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id;

-- name: ConversationFile :exec
UPDATE conversation
SET archived = @archived, assignee_id = sqlc.narg(assignee_id), labels = @labels,
    snoozed = @snoozed, snoozed_until = sqlc.narg(snoozed_until), snoozed_by = sqlc.narg(snoozed_by)
WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id;

-- name: ConversationAwake :exec
UPDATE conversation SET snoozed = false, snoozed_until = NULL, snoozed_by = NULL
WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id;

-- name: ConversationWake :exec
-- Its time has come: back in the queues, and at their top.
UPDATE conversation SET snoozed = false, snoozed_until = NULL, snoozed_by = NULL, last_at = @last_at
WHERE clinic_id = @clinic_id AND conversation_id = @conversation_id;

-- name: ConversationViews :many
SELECT * FROM conversation_view
WHERE clinic_id = @clinic_id AND conversation_id = ANY (@conversation_ids::uuid[]);

-- name: ConversationPage :many
-- The inbox, newest activity first, of one viewer: who sees what is rules.Sees, written in
-- SQL. A page starts after (before_at, before_id).
SELECT v.* FROM conversation_view v
WHERE v.clinic_id = @clinic_id
  AND CASE @reach::text
        WHEN 'all' THEN true
        WHEN 'front_desk' THEN v.kind = 'front_desk' OR v.first_id = @viewer_id::uuid OR v.second_id = @viewer_id::uuid
        WHEN 'own' THEN v.doctor_id = @viewer_id::uuid OR v.assignee_id = @viewer_id::uuid OR v.first_id = @viewer_id::uuid OR v.second_id = @viewer_id::uuid
        ELSE v.patient_id = @viewer_id::uuid AND v.shown_id IS NOT NULL -- nothing but a logged call is nothing for a patient
      END
  AND (sqlc.narg(archived)::boolean IS NULL OR v.archived = sqlc.narg(archived))
  AND (sqlc.narg(patient_id)::uuid IS NULL OR v.patient_id = sqlc.narg(patient_id))
  AND (sqlc.narg(assignee_id)::uuid IS NULL OR v.assignee_id = sqlc.narg(assignee_id))
  AND (sqlc.narg(waiting)::boolean IS NULL OR sqlc.narg(waiting) = coalesce(
        v.last_word = CASE WHEN @reach::text = 'patient' OR v.second_id = @viewer_id::uuid THEN 0 ELSE 1 END, false))
  AND (NOT @mine::boolean OR @viewer_id::uuid IN (v.assignee_id, v.doctor_id, v.first_id, v.second_id))
  AND (sqlc.narg(label)::text IS NULL OR sqlc.narg(label) = ANY (v.labels))
  AND (sqlc.narg(starred)::boolean IS NULL
       OR sqlc.narg(starred) = (CASE WHEN @reach::text = 'patient' THEN v.patient_stars ELSE v.stars END > 0))
  AND (sqlc.narg(status)::text IS NULL OR sqlc.narg(status) = CASE
        WHEN v.archived AND @reach::text <> 'patient' THEN 'archived'
        WHEN CASE WHEN @reach::text = 'patient' OR v.second_id = @viewer_id::uuid THEN v.unread_1 ELSE v.unread_0 END > 0 THEN 'unread'
        WHEN v.last_word = CASE WHEN @reach::text = 'patient' OR v.second_id = @viewer_id::uuid THEN 0 ELSE 1 END THEN 'read'
        ELSE 'replied' END)
  AND (sqlc.narg(channel)::text IS NULL AND sqlc.narg(direction)::text IS NULL OR EXISTS (
        SELECT FROM message m
        WHERE m.clinic_id = v.clinic_id AND m.message_id = CASE WHEN @reach::text = 'patient' THEN v.shown_id ELSE v.last_id END
          AND (sqlc.narg(channel)::text IS NULL OR m.channel = sqlc.narg(channel))
          AND (sqlc.narg(direction)::text IS NULL OR v.kind <> 'direct' AND sqlc.narg(direction) = coalesce(m.call_direction, CASE m.side WHEN 1 THEN 'inbound' ELSE 'outbound' END))))
  AND (sqlc.narg(before_at)::timestamptz IS NULL OR
       (CASE WHEN @reach::text = 'patient' THEN v.shown_at ELSE v.last_at END, v.conversation_id) < (sqlc.narg(before_at), sqlc.narg(before_id)::uuid))
ORDER BY CASE WHEN @reach::text = 'patient' THEN v.shown_at ELSE v.last_at END DESC, v.conversation_id DESC
LIMIT @max_rows;
