-- name: SessionInsert :exec
INSERT INTO session (clinic_id, token_hash, session_id, user_id, patient_id, created_at, seen_at, expires_at, agent)
VALUES (@clinic_id, @token_hash, @session_id, @user_id, @patient_id, @created_at, @created_at, @expires_at, @agent);

-- name: SessionGet :one
-- The session with whoever it belongs to, as their rights are now.
SELECT s.*, cl.name AS clinic_name, cl.timezone,
    coalesce(u.name, p.name, '')::text AS person_name,
    coalesce(u.role, '')::text AS role,
    coalesce(u.permissions, '{}')::text[] AS permissions,
    coalesce(u.active, p.portal_access, false)::boolean AS allowed
FROM session s
JOIN clinic cl ON cl.clinic_id = s.clinic_id
LEFT JOIN clinic_user u ON u.clinic_id = s.clinic_id AND u.user_id = s.user_id
LEFT JOIN patient p ON p.clinic_id = s.clinic_id AND p.patient_id = s.patient_id
WHERE s.clinic_id = @clinic_id AND s.token_hash = @token_hash;

-- name: SessionTouch :exec
UPDATE session SET seen_at = @seen_at WHERE clinic_id = @clinic_id AND token_hash = @token_hash;

-- name: SessionDelete :exec
DELETE FROM session WHERE clinic_id = @clinic_id AND session_id = @session_id;

-- name: SessionDeleteOf :exec
DELETE FROM session
WHERE clinic_id = @clinic_id AND (user_id = sqlc.narg(user_id) OR patient_id = sqlc.narg(patient_id));

-- name: SessionPrune :exec
DELETE FROM session WHERE clinic_id = @clinic_id AND (expires_at < @now OR seen_at < @idle_since);

-- name: SessionCurrent :one
-- The rights of a session's owner as they are now; no row means that it has ended.
SELECT s.user_id, s.patient_id,
    coalesce(u.name, p.name, '')::text AS person_name,
    coalesce(u.role, '')::text AS role,
    coalesce(u.permissions, '{}')::text[] AS permissions,
    coalesce(u.active, p.portal_access, false)::boolean AS allowed
FROM session s
LEFT JOIN clinic_user u ON u.clinic_id = s.clinic_id AND u.user_id = s.user_id
LEFT JOIN patient p ON p.clinic_id = s.clinic_id AND p.patient_id = s.patient_id
WHERE s.clinic_id = @clinic_id AND s.session_id = @session_id;

-- name: SessionsOf :many
-- Those that are still good, the last used first.
SELECT session_id, created_at, seen_at, agent FROM session
WHERE clinic_id = @clinic_id AND (user_id = sqlc.narg(user_id) OR patient_id = sqlc.narg(patient_id))
  AND expires_at > @now AND seen_at > @idle_since
ORDER BY seen_at DESC, session_id
LIMIT 100;

-- name: SessionDeleteOthers :exec
DELETE FROM session
WHERE clinic_id = @clinic_id AND (user_id = sqlc.narg(user_id) OR patient_id = sqlc.narg(patient_id)) AND session_id <> @session_id;

-- name: PasswordOf :one
SELECT password_hash, email, name FROM clinic_user
WHERE clinic_id = @clinic_id AND user_id = @user_id;

-- name: PatientPasswordOf :one
SELECT coalesce(password_hash, '')::text AS password_hash, coalesce(portal_email, '')::text AS email, name FROM patient
WHERE clinic_id = @clinic_id AND patient_id = @patient_id;
