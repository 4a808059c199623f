-- name: SignInLinkInsert :exec
INSERT INTO sign_in_link (clinic_id, token_hash, purpose, user_id, patient_id, created_at, expires_at)
VALUES (@clinic_id, @token_hash, @purpose, sqlc.narg(user_id), sqlc.narg(patient_id), @created_at, @expires_at);
