-- name: ChangeAppend :exec
-- The clinic's next number and the change under it, in one statement: the last before the
-- commit, so the counter's row is locked for no more than that.
WITH next AS (
    UPDATE history SET seq = seq + 1 WHERE history.clinic_id = @clinic_id RETURNING seq
)
INSERT INTO change (clinic_id, seq, conversation_id, message_ids, for_staff, for_patient, patient_id,
    lost_ids, account_ids, session_ids, topics, person_ids, notified_ids, created_at)
SELECT @clinic_id, next.seq, sqlc.narg(conversation_id), @message_ids::uuid[], @for_staff, @for_patient, sqlc.narg(patient_id),
    @lost_ids::uuid[], @account_ids::uuid[], @session_ids::uuid[], @topics::text[], @person_ids::uuid[], @notified_ids::uuid[], @created_at
FROM next
RETURNING seq;

-- name: HistoryGet :one
SELECT seq, pruned_to, history_epoch()::integer AS epoch FROM history WHERE clinic_id = @clinic_id;

-- name: HistoryInsert :exec
INSERT INTO history (clinic_id) VALUES (@clinic_id);

-- name: HistoryHeads :many
-- Across clinics, as history_heads() allows.
SELECT h.clinic_id, h.seq FROM history_heads(@clinics::uuid[]) h;

-- name: HistoryEpoch :one
SELECT history_epoch()::integer AS epoch;

-- name: ChangesForStaff :many
-- What a member of staff may have missed; what of it is theirs to see is asked of the
-- conversations as they are now.
SELECT seq, conversation_id, message_ids, lost_ids,
    ((CASE WHEN person_ids = '{}' OR @user_id::uuid = ANY (person_ids) THEN topics ELSE '{}' END)
        || CASE WHEN @user_id::uuid = ANY (notified_ids) THEN '{notifications}'::text[] ELSE '{}' END)::text[] AS topics
FROM change
WHERE clinic_id = @clinic_id AND seq > @after AND (for_staff AND conversation_id IS NOT NULL
    OR topics <> '{}' AND (person_ids = '{}' OR @user_id::uuid = ANY (person_ids))
    OR @user_id::uuid = ANY (notified_ids))
ORDER BY seq
LIMIT @max_rows;

-- name: ChangesForPatient :many
-- By change_of_patient: a patient who was away for a week reads the own changes alone.
SELECT seq, conversation_id, message_ids, lost_ids, '{}'::text[] AS topics FROM change
WHERE clinic_id = @clinic_id AND patient_id = @patient_id AND seq > @after AND for_patient
ORDER BY seq
LIMIT @max_rows;

-- name: ChangesBetween :many
SELECT * FROM change
WHERE clinic_id = @clinic_id AND seq > @after AND seq <= @upto
ORDER BY seq;

-- name: HistoryPrune :exec
-- Forgets changes older than a time. The counter says how far, so that an older position
-- means a reset and not a hole.
WITH gone AS (
    DELETE FROM change WHERE change.clinic_id = @clinic_id AND change.created_at < @before RETURNING seq
)
UPDATE history SET pruned_to = greatest(pruned_to, (SELECT max(seq) FROM gone))
WHERE history.clinic_id = @clinic_id AND EXISTS (SELECT FROM gone);
