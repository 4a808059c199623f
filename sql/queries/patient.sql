-- name: PatientInsert :exec
INSERT INTO patient (clinic_id, patient_id, name, birth_date, email, phone, portal_access, portal_email, password_hash, created_at)
VALUES (@clinic_id, @patient_id, @name, @birth_date, @email, @phone, @portal_access, @portal_email, @password_hash, @created_at);

-- name: PatientGet :one
SELECT * FROM patient WHERE clinic_id = @clinic_id AND patient_id = @patient_id;

-- name: PatientPage :many
-- By name, ignoring case; a page starts after (after_name, after_id).
SELECT * FROM patient
WHERE clinic_id = @clinic_id
  AND lower(name) LIKE '%' || @fragment::text || '%'
  AND (sqlc.narg(after_name)::text IS NULL OR (lower(name), patient_id) > (sqlc.narg(after_name), sqlc.narg(after_id)::uuid))
ORDER BY lower(name), patient_id
LIMIT @max_rows;

-- name: PatientSetPassword :exec
UPDATE patient SET password_hash = @password_hash WHERE clinic_id = @clinic_id AND patient_id = @patient_id;
