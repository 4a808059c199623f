-- name: ClinicInsert :exec
INSERT INTO clinic (clinic_id, name, timezone) VALUES (@clinic_id, @name, @timezone);

-- name: ClinicGet :one
SELECT * FROM clinic WHERE clinic_id = @clinic_id;

-- name: ClinicIDs :many
-- Across clinics, as history_heads() allows.
SELECT h.clinic_id FROM history_heads(NULL) h;
