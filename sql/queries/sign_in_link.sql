-- name: SignInLinkInsert :exec
INSERT INTO sign_in_link (clinic_id, token_hash, purpose, user_id, patient_id, created_at, expires_at)
VALUES (@clinic_id, @token_hash, @purpose, sqlc.narg(user_id), sqlc.narg(patient_id), @created_at, @expires_at);

-- name: SignInLinkGet :one
-- The link with whom it is for, as they are now.
SELECT l.*, cl.name AS clinic_name,
    coalesce(u.name, p.name, '')::text AS person_name,
    coalesce(u.email, p.portal_email, '')::text AS email,
    coalesce(u.active, p.portal_access, false)::boolean AS allowed
FROM sign_in_link l
JOIN clinic cl ON cl.clinic_id = l.clinic_id
LEFT JOIN clinic_user u ON u.clinic_id = l.clinic_id AND u.user_id = l.user_id
LEFT JOIN patient p ON p.clinic_id = l.clinic_id AND p.patient_id = l.patient_id
WHERE l.clinic_id = @clinic_id AND l.token_hash = @token_hash;

-- name: SignInLinkLock :one
-- The same, held until the commit: a link is used once.
SELECT l.*, cl.name AS clinic_name,
    coalesce(u.name, p.name, '')::text AS person_name,
    coalesce(u.email, p.portal_email, '')::text AS email,
    coalesce(u.active, p.portal_access, false)::boolean AS allowed
FROM sign_in_link l
JOIN clinic cl ON cl.clinic_id = l.clinic_id
LEFT JOIN clinic_user u ON u.clinic_id = l.clinic_id AND u.user_id = l.user_id
LEFT JOIN patient p ON p.clinic_id = l.clinic_id AND p.patient_id = l.patient_id
WHERE l.clinic_id = @clinic_id AND l.token_hash = @token_hash
FOR NO KEY UPDATE OF l;

-- name: SignInLinkUse :exec
UPDATE sign_in_link SET used_at = @used_at WHERE clinic_id = @clinic_id AND token_hash = @token_hash;

-- name: SignInLinkRevoke :exec
-- What is used stays, so that it can be told from what never was.
DELETE FROM sign_in_link
WHERE clinic_id = @clinic_id AND (user_id = sqlc.narg(user_id) OR patient_id = sqlc.narg(patient_id))
  AND purpose = ANY (@purposes::text[]) AND used_at IS NULL;

-- name: SignInLinkNewest :one
SELECT coalesce(max(created_at), 'epoch')::timestamptz AS created_at FROM sign_in_link
WHERE clinic_id = @clinic_id AND (user_id = sqlc.narg(user_id) OR patient_id = sqlc.narg(patient_id)) AND purpose = @purpose;

-- name: SignInLinkPrune :exec
DELETE FROM sign_in_link WHERE clinic_id = @clinic_id AND expires_at < @before;
