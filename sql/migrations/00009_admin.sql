-- +goose Up

-- A member of staff who has forgotten the password chooses another one.
ALTER TABLE sign_in_link DROP CONSTRAINT sign_in_link_purpose_check;
ALTER TABLE sign_in_link ADD CONSTRAINT sign_in_link_purpose_check CHECK (purpose IN ('invitation', 'reset', 'sign_in'));

-- Which program a session is of, so that its owner knows it again.
ALTER TABLE session ADD COLUMN agent text NOT NULL DEFAULT '' CHECK (char_length(agent) <= 300);

-- Whoever was invited and has not chosen a password yet has an empty hash: nothing opens it.
CREATE OR REPLACE VIEW sign_in_account AS
SELECT u.email AS address, u.clinic_id, 'user' AS kind, u.user_id AS person_id, u.password_hash
FROM clinic_user u WHERE u.active AND u.password_hash <> ''
UNION ALL
SELECT p.portal_email, p.clinic_id, 'patient', p.patient_id, p.password_hash
FROM patient p WHERE p.portal_access AND p.password_hash IS NOT NULL;

-- Whom a link by email may let in: patients with portal access, and staff who have joined or
-- whose invitation was not revoked.
CREATE VIEW link_account AS -- granted to nobody: it is read through the function
SELECT u.email AS address, u.clinic_id, 'user' AS kind, u.user_id AS person_id, u.name AS person_name, u.password_hash <> '' AS joined, c.name AS clinic_name
FROM clinic_user u
JOIN clinic c ON c.clinic_id = u.clinic_id
WHERE u.active AND (u.password_hash <> '' OR EXISTS (
    SELECT FROM sign_in_link l WHERE l.clinic_id = u.clinic_id AND l.user_id = u.user_id AND l.purpose = 'invitation'))
UNION ALL
SELECT p.portal_email, p.clinic_id, 'patient', p.patient_id, p.name, true, c.name
FROM patient p
JOIN clinic c ON c.clinic_id = p.clinic_id
WHERE p.portal_access AND p.portal_email IS NOT NULL;

-- +goose StatementBegin
CREATE FUNCTION link_accounts(email text) RETURNS SETOF link_account
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM link_account WHERE address = email
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION link_accounts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION link_accounts TO frontdesk_app;

-- A member of staff, with the invitation that is out; the epoch stands for none.
CREATE VIEW user_view WITH (security_invoker = true) AS
SELECT u.clinic_id, u.user_id, u.role, u.name, u.email, u.permissions, u.active, u.created_at,
    u.password_hash <> '' AS joined,
    coalesce(CASE WHEN u.password_hash = '' THEN (
        SELECT max(l.created_at) FROM sign_in_link l
        WHERE l.clinic_id = u.clinic_id AND l.user_id = u.user_id AND l.purpose = 'invitation' AND l.used_at IS NULL
    ) END, 'epoch')::timestamptz AS invited_at,
    coalesce(CASE WHEN u.password_hash = '' THEN (
        SELECT max(l.expires_at) FROM sign_in_link l
        WHERE l.clinic_id = u.clinic_id AND l.user_id = u.user_id AND l.purpose = 'invitation' AND l.used_at IS NULL
    ) END, 'epoch')::timestamptz AS invitation_ends
FROM clinic_user u;
GRANT SELECT ON user_view TO frontdesk_app;

-- +goose Down
DROP VIEW user_view;
DROP FUNCTION link_accounts;
DROP VIEW link_account;
CREATE OR REPLACE VIEW sign_in_account AS
SELECT u.email AS address, u.clinic_id, 'user' AS kind, u.user_id AS person_id, u.password_hash
FROM clinic_user u WHERE u.active
UNION ALL
SELECT p.portal_email, p.clinic_id, 'patient', p.patient_id, p.password_hash
FROM patient p WHERE p.portal_access AND p.password_hash IS NOT NULL;
ALTER TABLE session DROP COLUMN agent;
DELETE FROM sign_in_link WHERE purpose = 'reset';
ALTER TABLE sign_in_link DROP CONSTRAINT sign_in_link_purpose_check;
ALTER TABLE sign_in_link ADD CONSTRAINT sign_in_link_purpose_check CHECK (purpose IN ('invitation', 'sign_in'));
