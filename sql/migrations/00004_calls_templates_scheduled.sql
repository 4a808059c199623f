-- +goose Up

-- What a message said before it was edited, as often as that happened. Only staff see it.
CREATE TABLE message_revision (
    clinic_id       uuid        NOT NULL REFERENCES clinic,
    message_id      uuid        NOT NULL,
    replaced_at     timestamptz NOT NULL,
    replaced_by     uuid        NOT NULL,
    body            text        NOT NULL,
    call_started_at timestamptz,
    call_seconds    integer,
    call_direction  text,
    call_outcome    text,
    PRIMARY KEY (clinic_id, message_id, replaced_at),
    FOREIGN KEY (clinic_id, message_id) REFERENCES message,
    FOREIGN KEY (clinic_id, replaced_by) REFERENCES clinic_user (clinic_id, user_id)
);
SELECT hold_apart('message_revision');

-- Words that are written often, of everybody (no owner) or of one person.
CREATE TABLE template (
    clinic_id   uuid        NOT NULL REFERENCES clinic,
    template_id uuid        NOT NULL,
    owner_id    uuid, -- null: shared by all staff
    name        text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
    shortcut    text        NOT NULL DEFAULT '' CHECK (shortcut ~ '^([a-z0-9][a-z0-9-]{0,29})?$'),
    subject     text        NOT NULL DEFAULT '' CHECK (char_length(subject) <= 200),
    body        text        NOT NULL CHECK (char_length(body) BETWEEN 1 AND 4000),
    channels    text[]      NOT NULL DEFAULT '{}' CHECK (channels <@ ARRAY['sms', 'email', 'portal', 'whatsapp', 'note']), -- none: all
    made_by     uuid        NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, template_id),
    FOREIGN KEY (clinic_id, owner_id) REFERENCES clinic_user (clinic_id, user_id),
    FOREIGN KEY (clinic_id, made_by) REFERENCES clinic_user (clinic_id, user_id)
);
CREATE INDEX template_of_owner ON template (clinic_id, owner_id, lower(name));
CREATE UNIQUE INDEX template_shared_shortcut ON template (clinic_id, shortcut) WHERE owner_id IS NULL AND shortcut <> '';
CREATE UNIQUE INDEX template_own_shortcut ON template (clinic_id, owner_id, shortcut) WHERE owner_id IS NOT NULL AND shortcut <> '';
SELECT hold_apart('template');

-- A message that waits for its time. It is sent under its own id, so that it is sent once;
-- the row stays, so that a late repetition of the request finds what became of it.
CREATE TABLE scheduled_message (
    clinic_id       uuid        NOT NULL REFERENCES clinic,
    message_id      uuid        NOT NULL, -- made by the sender; the message's, once it is sent
    conversation_id uuid        NOT NULL,
    author_id       uuid        NOT NULL,
    channel         text        NOT NULL CHECK (channel IN ('sms', 'email', 'portal', 'whatsapp')),
    subject         text        NOT NULL DEFAULT '',
    body            text        NOT NULL,
    of_template     boolean     NOT NULL DEFAULT false,
    scheduled_at    timestamptz NOT NULL,
    version         integer     NOT NULL DEFAULT 1, -- a job that knows an older one has been overtaken
    state           text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'cancelled')),
    reason          text        NOT NULL DEFAULT '', -- why it failed, in plain words
    fingerprint     bytea       NOT NULL, -- SHA-256 of the draft as it first came
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, message_id),
    FOREIGN KEY (clinic_id, conversation_id) REFERENCES conversation,
    FOREIGN KEY (clinic_id, author_id) REFERENCES clinic_user (clinic_id, user_id)
);
CREATE INDEX scheduled_message_upcoming ON scheduled_message (clinic_id, scheduled_at, message_id) WHERE state IN ('waiting', 'failed');
CREATE INDEX scheduled_message_of_conversation ON scheduled_message (clinic_id, conversation_id, scheduled_at) WHERE state IN ('waiting', 'failed');
SELECT hold_apart('scheduled_message');

-- +goose Down
DROP TABLE scheduled_message, template, message_revision;
