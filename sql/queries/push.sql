-- name: PushKeyGet :one
SELECT public_key, sealed_private FROM push_key WHERE clinic_id = @clinic_id;

-- name: PushKeyInsert :exec
INSERT INTO push_key (clinic_id, public_key, sealed_private, created_at) VALUES (@clinic_id, @public_key, @sealed_private, @created_at);

-- name: PushSubscriptionPut :exec
-- A browser has one: whoever signed in there last is told.
INSERT INTO push_subscription (clinic_id, subscription_id, session_id, user_id, endpoint, endpoint_hash, p256dh, auth, created_at)
VALUES (@clinic_id, @subscription_id, @session_id, @user_id, @endpoint, @endpoint_hash, @p256dh, @auth, @created_at)
ON CONFLICT (clinic_id, endpoint_hash) DO UPDATE
SET session_id = excluded.session_id, user_id = excluded.user_id, p256dh = excluded.p256dh, auth = excluded.auth;

-- name: PushSubscriptionGet :one
SELECT s.endpoint, s.p256dh, s.auth FROM push_subscription s
WHERE s.clinic_id = @clinic_id AND s.subscription_id = @subscription_id;

-- name: PushSubscriptionsOf :one
SELECT count(*) FROM push_subscription WHERE clinic_id = @clinic_id AND user_id = @user_id;

-- name: PushSubscriptionRemove :exec
DELETE FROM push_subscription WHERE clinic_id = @clinic_id AND user_id = @user_id AND endpoint_hash = @endpoint_hash;

-- name: PushSubscriptionGone :exec
DELETE FROM push_subscription WHERE clinic_id = @clinic_id AND subscription_id = @subscription_id;
