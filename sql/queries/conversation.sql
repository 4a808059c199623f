-- name: ConversationInsert :exec
INSERT INTO conversation (clinic_id, conversation_id, kind, patient_id, doctor_id, first_id, second_id,
    last_at, shown_at, created_at)
VALUES (@clinic_id, @conversation_id, @kind, sqlc.narg(patient_id), sqlc.narg(doctor_id), sqlc.narg(first_id), sqlc.narg(second_id),
    @created_at, @created_at, @created_at);

-- name: ConversationLock :one
-- Held until the commit, so two changes to one conversation follow each other. With it comes
-- who of the staff may be told of it, and who has something unread of it.
SELECT c.*, coalesce(p.portal_access, false)::boolean AS portal_access, coalesce(p.email, '')::text AS email, coalesce(p.phone, '')::text AS phone,
    coalesce(p.opted_out, '{}')::text[] AS opted_out, k.channels AS clinic_channels,
    coalesce(CASE WHEN 'whatsapp' = ANY (k.channels) THEN (SELECT max(r.received_at) FROM received r
        WHERE r.clinic_id = c.clinic_id AND r.channel = 'whatsapp' AND r.address = p.phone) END, 'epoch')::timestamptz AS heard_at,
    s.staff_ids::uuid[] AS staff_ids, s.staff_roles::text[] AS staff_roles, s.staff_ring::boolean[] AS staff_ring,
    ARRAY(SELECT n.user_id FROM notification n
        WHERE n.clinic_id = c.clinic_id AND n.conversation_id = c.conversation_id AND n.read_at IS NULL)::uuid[] AS noticed_ids
FROM conversation c
JOIN clinic k ON k.clinic_id = c.clinic_id
LEFT JOIN patient p ON p.clinic_id = c.clinic_id AND p.patient_id = c.patient_id
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(u.user_id ORDER BY u.user_id), '{}') AS staff_ids, coalesce(array_agg(u.role ORDER BY u.user_id), '{}') AS staff_roles,
        coalesce(array_agg(EXISTS (SELECT FROM push_subscription b WHERE b.clinic_id = u.clinic_id AND b.user_id = u.user_id) ORDER BY u.user_id), '{}') AS staff_ring
    FROM clinic_user u WHERE u.clinic_id = c.clinic_id AND u.active AND 'send_messages' = ANY (u.permissions)
) s
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

-- name: ConversationAnswered :exec
-- The clinic has answered by itself in this closing.
UPDATE conversation SET answered_closing = @closing::timestamptz
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
-- The inbox of one member of staff, as ids in its order: newest activity, or the longest
-- wait. Who sees what is rules.Sees, written in SQL. What is not asked for is folded away
-- before the plan is made, as each question has a plan of its own. Conversations with
-- patients come first, seen from the clinic's side; then those between colleagues, which
-- are few.
(SELECT c.conversation_id, (CASE WHEN @longest::boolean THEN c.last_word_since ELSE c.last_at END)::timestamptz AS at
FROM conversation c
WHERE c.clinic_id = @clinic_id AND c.kind <> 'direct'
  AND CASE @reach::text
        WHEN 'all' THEN true
        WHEN 'front_desk' THEN c.kind = 'front_desk'
        ELSE c.doctor_id = @viewer_id::uuid OR c.assignee_id = @viewer_id::uuid
      END
  AND (sqlc.narg(ids)::uuid[] IS NULL OR c.conversation_id = ANY (sqlc.narg(ids)::uuid[]))
  AND (sqlc.narg(archived)::boolean IS NULL OR c.archived = sqlc.narg(archived))
  AND (sqlc.narg(snoozed)::boolean IS NULL OR c.snoozed = sqlc.narg(snoozed))
  AND (sqlc.narg(patient_id)::uuid IS NULL OR c.patient_id = sqlc.narg(patient_id))
  AND (sqlc.narg(assignee_id)::uuid IS NULL OR c.assignee_id = sqlc.narg(assignee_id))
  AND (NOT @unassigned::boolean OR c.assignee_id IS NULL AND c.kind = 'front_desk')
  AND (NOT @mine::boolean OR c.assignee_id = @viewer_id OR c.doctor_id = @viewer_id)
  AND (@labels::text[] = '{}' OR c.labels @> @labels::text[])
  AND CASE sqlc.narg(starred)::boolean WHEN true THEN c.stars > 0 WHEN false THEN c.stars = 0 ELSE true END
  AND CASE sqlc.narg(waiting)::boolean WHEN true THEN c.last_word = 1 WHEN false THEN c.last_word IS DISTINCT FROM 1 ELSE true END
  AND CASE sqlc.narg(status)::text
        WHEN 'unread' THEN NOT c.archived AND c.unread_0 > 0
        WHEN 'read' THEN NOT c.archived AND c.unread_0 = 0 AND c.last_word = 1
        WHEN 'replied' THEN NOT c.archived AND c.unread_0 = 0 AND c.last_word IS DISTINCT FROM 1
        WHEN 'archived' THEN c.archived
        ELSE true
      END
  AND (sqlc.narg(channel)::text IS NULL OR c.last_channel = sqlc.narg(channel))
  AND (sqlc.narg(inbound)::boolean IS NULL OR c.last_inbound = sqlc.narg(inbound))
  AND (NOT @longest OR c.last_word = 1)
  AND CASE WHEN sqlc.narg(after_at)::timestamptz IS NULL THEN true
        WHEN @longest THEN (c.last_word_since, c.conversation_id) > (sqlc.narg(after_at), sqlc.narg(after_id)::uuid)
        ELSE (c.last_at, c.conversation_id) < (sqlc.narg(after_at), sqlc.narg(after_id)::uuid) END
ORDER BY CASE WHEN @longest THEN c.last_word_since END, CASE WHEN @longest THEN c.conversation_id END,
    CASE WHEN NOT @longest THEN c.last_at END DESC, CASE WHEN NOT @longest THEN c.conversation_id END DESC
LIMIT @max_rows)
UNION ALL
(SELECT c.conversation_id, CASE WHEN @longest THEN c.last_word_since ELSE c.last_at END
FROM conversation c
CROSS JOIN LATERAL (SELECT CASE WHEN c.second_id = @viewer_id THEN c.unread_1 ELSE c.unread_0 END AS unread,
    c.last_word = CASE WHEN c.second_id = @viewer_id THEN 0 ELSE 1 END AS waits) s
WHERE c.clinic_id = @clinic_id AND c.kind = 'direct'
  AND (@reach = 'all' OR c.first_id = @viewer_id OR c.second_id = @viewer_id)
  AND sqlc.narg(patient_id)::uuid IS NULL AND sqlc.narg(assignee_id)::uuid IS NULL AND NOT @unassigned AND sqlc.narg(inbound)::boolean IS NULL
  AND (sqlc.narg(ids)::uuid[] IS NULL OR c.conversation_id = ANY (sqlc.narg(ids)::uuid[]))
  AND (sqlc.narg(archived)::boolean IS NULL OR c.archived = sqlc.narg(archived))
  AND (sqlc.narg(snoozed)::boolean IS NULL OR c.snoozed = sqlc.narg(snoozed))
  AND (NOT @mine OR c.first_id = @viewer_id OR c.second_id = @viewer_id)
  AND (@labels::text[] = '{}' OR c.labels @> @labels::text[])
  AND CASE sqlc.narg(starred)::boolean WHEN true THEN c.stars > 0 WHEN false THEN c.stars = 0 ELSE true END
  AND (sqlc.narg(waiting)::boolean IS NULL OR coalesce(s.waits, false) = sqlc.narg(waiting))
  AND CASE sqlc.narg(status)::text
        WHEN 'unread' THEN NOT c.archived AND s.unread > 0
        WHEN 'read' THEN NOT c.archived AND s.unread = 0 AND s.waits
        WHEN 'replied' THEN NOT c.archived AND s.unread = 0 AND s.waits IS NOT TRUE
        WHEN 'archived' THEN c.archived
        ELSE true
      END
  AND (sqlc.narg(channel)::text IS NULL OR c.last_channel = sqlc.narg(channel))
  AND (NOT @longest OR s.waits)
  AND CASE WHEN sqlc.narg(after_at)::timestamptz IS NULL THEN true
        WHEN @longest THEN (c.last_word_since, c.conversation_id) > (sqlc.narg(after_at), sqlc.narg(after_id)::uuid)
        ELSE (c.last_at, c.conversation_id) < (sqlc.narg(after_at), sqlc.narg(after_id)::uuid) END
ORDER BY CASE WHEN @longest THEN c.last_word_since END, CASE WHEN @longest THEN c.conversation_id END,
    CASE WHEN NOT @longest THEN c.last_at END DESC, CASE WHEN NOT @longest THEN c.conversation_id END DESC
LIMIT @max_rows);

-- name: ConversationsOfPatient :many
-- All that a patient has: one with reception, and one with each doctor who wrote. Nothing but
-- a logged call is nothing for a patient.
SELECT conversation_id FROM conversation
WHERE clinic_id = @clinic_id AND patient_id = @patient_id AND shown_id IS NOT NULL;
