-- +goose Up

-- Of an answer: since when the patient had been waiting for it. A note, a call or an automatic
-- message is no answer. It is known when the answer is written, and read off afterwards.
ALTER TABLE message ADD COLUMN waited_since timestamptz;

-- The answers that were given before: each closes the run of the patient's messages before it.
WITH word AS (
    SELECT m.clinic_id, m.message_id, m.conversation_id, m.side, m.created_at,
        lag(m.side) OVER thread AS before
    FROM message m
    JOIN conversation c ON c.clinic_id = m.clinic_id AND c.conversation_id = m.conversation_id AND c.kind <> 'direct'
    WHERE m.channel NOT IN ('note', 'call') AND num_nonnulls(m.author_user_id, m.author_patient_id) = 1
    WINDOW thread AS (PARTITION BY m.clinic_id, m.conversation_id ORDER BY m.created_at)
), wait AS (
    SELECT clinic_id, message_id, side, before,
        max(created_at) FILTER (WHERE side = 1 AND before IS DISTINCT FROM 1)
            OVER (PARTITION BY clinic_id, conversation_id ORDER BY created_at) AS since
    FROM word
)
UPDATE message SET waited_since = wait.since
FROM wait
WHERE wait.side = 0 AND wait.before = 1 AND message.clinic_id = wait.clinic_id AND message.message_id = wait.message_id;

-- Both are read without looking at a message: a year of a large clinic is counted from them.
CREATE INDEX message_traffic ON message (clinic_id, created_at) INCLUDE (conversation_id, channel, side, author_user_id, call_direction);
CREATE INDEX message_answers ON message (clinic_id, created_at) INCLUDE (waited_since, author_user_id, conversation_id) WHERE waited_since IS NOT NULL;

-- +goose Down
DROP INDEX message_answers, message_traffic;
ALTER TABLE message DROP COLUMN waited_since;
