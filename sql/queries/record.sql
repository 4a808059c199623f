-- name: RecordConversations :one
-- How many conversations there are with a patient, whoever may see them.
SELECT count(*)::bigint FROM conversation WHERE clinic_id = @clinic_id AND patient_id = @patient_id::uuid;

-- name: RecordSums :many
SELECT attachment_id, sha256 FROM attachment
WHERE clinic_id = @clinic_id AND message_id = ANY (@message_ids::uuid[]);
