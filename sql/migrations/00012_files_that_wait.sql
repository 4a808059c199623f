-- +goose Up

-- A file may wait with a message that is sent later: it is that message's alone, and no
-- clean-up takes it. What is taken off such a message has a day from then on.
ALTER TABLE attachment
    ADD COLUMN scheduled_id uuid,
    ADD COLUMN freed_at     timestamptz,
    ADD FOREIGN KEY (clinic_id, scheduled_id) REFERENCES scheduled_message (clinic_id, message_id),
    ADD CONSTRAINT attachment_waits_or_is_sent CHECK (scheduled_id IS NULL OR num_nonnulls(message_id, stray_id) = 0);
CREATE INDEX attachment_of_scheduled ON attachment (clinic_id, scheduled_id, place) WHERE scheduled_id IS NOT NULL;

-- Several rows may stand for the same bytes: these go with the last of them.
CREATE INDEX attachment_of_blob ON attachment (clinic_id, blob_key);

-- +goose Down
DROP INDEX attachment_of_blob, attachment_of_scheduled;
ALTER TABLE attachment DROP CONSTRAINT attachment_waits_or_is_sent, DROP COLUMN freed_at, DROP COLUMN scheduled_id;
