-- name: UserInsert :exec
INSERT INTO clinic_user (clinic_id, user_id, role, name, email, password_hash, permissions, active, created_at)
VALUES (@clinic_id, @user_id, @role, @name, @email, @password_hash, @permissions, @active, @created_at);

-- name: UserGet :one
SELECT * FROM clinic_user WHERE clinic_id = @clinic_id AND user_id = @user_id;

-- name: UsersOf :many
SELECT user_id, role, name, permissions, active FROM clinic_user
WHERE clinic_id = @clinic_id AND user_id = ANY (@user_ids::uuid[]);

-- name: UserByEmail :one
SELECT * FROM clinic_user WHERE clinic_id = @clinic_id AND email = @email;

-- name: UserPage :many
-- By name; a page starts after (after_name, after_id).
SELECT * FROM user_view
WHERE clinic_id = @clinic_id
  AND (sqlc.narg(role)::text IS NULL OR role = sqlc.narg(role))
  AND (sqlc.narg(after_name)::text IS NULL OR (name, user_id) > (sqlc.narg(after_name), sqlc.narg(after_id)::uuid))
ORDER BY name, user_id
LIMIT @max_rows;

-- name: UserViewGet :one
SELECT * FROM user_view WHERE clinic_id = @clinic_id AND user_id = @user_id;

-- name: AdminsLock :many
-- Who can administrate by now. Held until the commit, so that two who take each other's
-- rights away follow each other.
SELECT user_id FROM clinic_user
WHERE clinic_id = @clinic_id AND role = 'admin' AND active AND 'send_messages' = ANY (permissions)
ORDER BY user_id
FOR NO KEY UPDATE;

-- name: UserLock :one
SELECT * FROM clinic_user WHERE clinic_id = @clinic_id AND user_id = @user_id FOR NO KEY UPDATE;

-- name: UserSet :exec
UPDATE clinic_user SET name = @name, email = @email, role = @role, permissions = @permissions, active = @active
WHERE clinic_id = @clinic_id AND user_id = @user_id;

-- name: UserSetRights :exec
UPDATE clinic_user SET permissions = @permissions, active = @active
WHERE clinic_id = @clinic_id AND user_id = @user_id;

-- name: UserSetPassword :exec
UPDATE clinic_user SET password_hash = @password_hash
WHERE clinic_id = @clinic_id AND user_id = @user_id;

-- name: SignInAccounts :many
-- Across clinics, as sign_in_accounts() allows.
SELECT a.clinic_id, a.kind, a.person_id, a.password_hash
FROM sign_in_accounts(@email) a;

-- name: LinkAccounts :many
-- Across clinics, as link_accounts() allows.
SELECT a.clinic_id, a.kind, a.person_id, a.person_name, a.joined, a.clinic_name
FROM link_accounts(@email) a;

-- name: UserPreferences :one
SELECT preferences FROM clinic_user WHERE clinic_id = @clinic_id AND user_id = @user_id;

-- name: UserPreferencesLock :one
SELECT preferences FROM clinic_user WHERE clinic_id = @clinic_id AND user_id = @user_id FOR NO KEY UPDATE;

-- name: UserSetPreferences :exec
UPDATE clinic_user SET preferences = @preferences WHERE clinic_id = @clinic_id AND user_id = @user_id;

-- name: StaffOfHub :many
-- Who may be told of something.
SELECT u.user_id, u.role, EXISTS (SELECT FROM push_subscription b WHERE b.clinic_id = u.clinic_id AND b.user_id = u.user_id) AS ring
FROM clinic_user u
WHERE u.clinic_id = @clinic_id AND u.active AND 'send_messages' = ANY (u.permissions)
ORDER BY u.user_id;
