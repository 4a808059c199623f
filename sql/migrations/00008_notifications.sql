-- +goose Up

-- What a member of staff is told of: one unread row for each person, conversation and kind,
-- whose count grows. It is written with what causes it.
CREATE TABLE notification (
    clinic_id        uuid        NOT NULL REFERENCES clinic,
    notification_id  uuid        NOT NULL,
    user_id          uuid        NOT NULL, -- who is told
    kind             text        NOT NULL CHECK (kind IN ('message', 'reply', 'mention', 'assigned', 'returned', 'failed', 'unsent', 'woken')),
    conversation_id  uuid        NOT NULL,
    message_id       uuid, -- the newest; null where it is not about one
    actor_user_id    uuid, -- who did it last
    actor_patient_id uuid, -- neither: nobody in particular
    count            integer     NOT NULL DEFAULT 1 CHECK (count > 0),
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL, -- when the count grew last
    read_at          timestamptz,
    pushed_at        timestamptz, -- up to which of its changes browsers were told
    PRIMARY KEY (clinic_id, notification_id),
    FOREIGN KEY (clinic_id, user_id) REFERENCES clinic_user (clinic_id, user_id),
    FOREIGN KEY (clinic_id, conversation_id) REFERENCES conversation
);
CREATE UNIQUE INDEX notification_unread ON notification (clinic_id, user_id, conversation_id, kind) WHERE read_at IS NULL;
CREATE INDEX notification_of_user ON notification (clinic_id, user_id, updated_at DESC, notification_id DESC);
CREATE INDEX notification_of_conversation ON notification (clinic_id, conversation_id) WHERE read_at IS NULL;
SELECT hold_apart('notification');

-- What somebody was told in one role is not theirs to see in another.
-- +goose StatementBegin
CREATE FUNCTION forget_notifications() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM notification n WHERE n.clinic_id = NEW.clinic_id AND n.user_id = NEW.user_id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER forget_notifications AFTER UPDATE OF role ON clinic_user
FOR EACH ROW WHEN (OLD.role IS DISTINCT FROM NEW.role) EXECUTE FUNCTION forget_notifications();

-- Whom a change has told something. Who was away asks for the notifications anew.
ALTER TABLE change ADD COLUMN notified_ids uuid[] NOT NULL DEFAULT '{}';

-- With the names that a list shows; and nothing of a conversation that the person does not
-- see: rules.Sees, written in SQL.
CREATE VIEW notification_view WITH (security_invoker = true) AS
SELECT
    n.clinic_id, n.notification_id, n.user_id, n.kind, n.conversation_id, n.message_id, n.actor_user_id, n.actor_patient_id,
    n.count, n.created_at, n.updated_at, n.read_at,
    c.kind AS conversation_kind, c.patient_id,
    coalesce(p.name, '') AS patient_name,
    coalesce(au.name, ap.name, '') AS actor_name,
    coalesce(left(m.body, 160), '')::text AS excerpt
FROM notification n
JOIN clinic_user u ON u.clinic_id = n.clinic_id AND u.user_id = n.user_id
JOIN conversation c ON c.clinic_id = n.clinic_id AND c.conversation_id = n.conversation_id
LEFT JOIN patient p ON p.clinic_id = c.clinic_id AND p.patient_id = c.patient_id
LEFT JOIN clinic_user au ON au.clinic_id = n.clinic_id AND au.user_id = n.actor_user_id
LEFT JOIN patient ap ON ap.clinic_id = n.clinic_id AND ap.patient_id = n.actor_patient_id
LEFT JOIN message m ON m.clinic_id = n.clinic_id AND m.message_id = n.message_id
WHERE u.role = 'admin' OR u.role = 'receptionist' AND c.kind = 'front_desk'
   OR u.user_id IN (c.doctor_id, c.assignee_id, c.first_id, c.second_id);
GRANT SELECT ON notification_view TO frontdesk_app;

-- The pair of keys by which push services know a clinic (VAPID).
CREATE TABLE push_key (
    clinic_id      uuid        NOT NULL REFERENCES clinic,
    public_key     text        NOT NULL,
    sealed_private bytea       NOT NULL, -- with a key from SECRET_KEY
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (clinic_id)
);
SELECT hold_apart('push_key');

-- A browser that lets itself be told while no page is open. It ends with its session.
CREATE TABLE push_subscription (
    clinic_id       uuid        NOT NULL REFERENCES clinic,
    subscription_id uuid        NOT NULL,
    session_id      uuid        NOT NULL,
    user_id         uuid        NOT NULL,
    endpoint        text        NOT NULL CHECK (char_length(endpoint) <= 1000),
    endpoint_hash   bytea       NOT NULL CHECK (octet_length(endpoint_hash) = 32), -- SHA-256
    p256dh          text        NOT NULL, -- the browser's public key
    auth            text        NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, subscription_id),
    UNIQUE (clinic_id, endpoint_hash),
    FOREIGN KEY (clinic_id, user_id) REFERENCES clinic_user (clinic_id, user_id),
    FOREIGN KEY (clinic_id, session_id) REFERENCES session (clinic_id, session_id) ON DELETE CASCADE
);
CREATE INDEX push_subscription_of_user ON push_subscription (clinic_id, user_id);
CREATE INDEX push_subscription_of_session ON push_subscription (clinic_id, session_id);
SELECT hold_apart('push_subscription');

-- What a patient has not read in the portal, since the first of it; reading removes it. A
-- patient who is away is told once, by email, that there is something.
CREATE TABLE nudge (
    clinic_id       uuid        NOT NULL REFERENCES clinic,
    conversation_id uuid        NOT NULL,
    patient_id      uuid        NOT NULL,
    since           timestamptz NOT NULL,
    sent_at         timestamptz,
    PRIMARY KEY (clinic_id, conversation_id),
    FOREIGN KEY (clinic_id, conversation_id) REFERENCES conversation,
    FOREIGN KEY (clinic_id, patient_id) REFERENCES patient (clinic_id, patient_id)
);
CREATE INDEX nudge_due ON nudge (clinic_id, since) WHERE sent_at IS NULL;
SELECT hold_apart('nudge');

-- The closing in which the clinic has last answered by itself: once for each.
ALTER TABLE conversation ADD COLUMN answered_closing timestamptz;

-- +goose Down
ALTER TABLE conversation DROP COLUMN answered_closing;
DROP TABLE nudge, push_subscription, push_key;
DROP VIEW notification_view;
ALTER TABLE change DROP COLUMN notified_ids;
DROP TRIGGER forget_notifications ON clinic_user;
DROP FUNCTION forget_notifications;
DROP TABLE notification;
