-- name: ClinicInsert :exec
INSERT INTO clinic (clinic_id, name, timezone) VALUES (@clinic_id, @name, @timezone);

-- name: ClinicGet :one
SELECT * FROM clinic WHERE clinic_id = @clinic_id;

-- name: ClinicIDs :many
-- Across clinics, as history_heads() allows.
SELECT h.clinic_id FROM history_heads(NULL) h;

-- name: ClinicLock :one
-- Held until the commit; rows that only refer to the clinic are not held up by it.
SELECT * FROM clinic WHERE clinic_id = @clinic_id FOR NO KEY UPDATE;

-- name: ClinicSet :exec
UPDATE clinic SET name = @name, timezone = @timezone, settings = @settings WHERE clinic_id = @clinic_id;
