-- +goose Up

-- An index over words that begins with the clinic.
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- What a list is narrowed by stands in the conversation's row, so that no page of it looks at
-- a message: of the newest message, and of the newest that the patient may see.
ALTER TABLE conversation
    ADD COLUMN last_channel  text,
    ADD COLUMN last_inbound  boolean,
    ADD COLUMN shown_channel text,
    ADD COLUMN shown_inbound boolean;

-- +goose StatementBegin
CREATE FUNCTION conversation_newest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT m.channel, coalesce(m.call_direction = 'inbound', m.side = 1) INTO NEW.last_channel, NEW.last_inbound
    FROM message m WHERE m.clinic_id = NEW.clinic_id AND m.message_id = NEW.last_id;
    IF NEW.shown_id = NEW.last_id THEN
        NEW.shown_channel := NEW.last_channel;
        NEW.shown_inbound := NEW.last_inbound;
    ELSIF NEW.shown_id IS DISTINCT FROM OLD.shown_id THEN
        SELECT m.channel, m.side = 1 INTO NEW.shown_channel, NEW.shown_inbound
        FROM message m WHERE m.clinic_id = NEW.clinic_id AND m.message_id = NEW.shown_id;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER conversation_newest BEFORE UPDATE OF last_id, shown_id ON conversation
FOR EACH ROW EXECUTE FUNCTION conversation_newest();

UPDATE conversation c SET last_channel = l.channel, last_inbound = coalesce(l.call_direction = 'inbound', l.side = 1)
FROM message l WHERE l.clinic_id = c.clinic_id AND l.message_id = c.last_id;
UPDATE conversation c SET shown_channel = s.channel, shown_inbound = s.side = 1
FROM message s WHERE s.clinic_id = c.clinic_id AND s.message_id = c.shown_id;

-- Every filter that few conversations pass has its own way to them, in the list's order.
CREATE INDEX conversation_any ON conversation (clinic_id, last_at DESC, conversation_id DESC);
CREATE INDEX conversation_of_patient ON conversation (clinic_id, patient_id, last_at DESC) WHERE patient_id IS NOT NULL;
CREATE INDEX conversation_unread ON conversation (clinic_id, last_at DESC, conversation_id DESC) WHERE unread_0 > 0 AND NOT archived;
CREATE INDEX conversation_waiting ON conversation (clinic_id, last_word_since, conversation_id) WHERE last_word = 1 AND NOT archived;
CREATE INDEX conversation_starred ON conversation (clinic_id, last_at DESC, conversation_id DESC) WHERE stars > 0;
CREATE INDEX conversation_snoozed ON conversation (clinic_id, last_at DESC, conversation_id DESC) WHERE snoozed;
CREATE INDEX conversation_by_channel ON conversation (clinic_id, last_channel, last_at DESC, conversation_id DESC);

-- Each label of each conversation. An index over the array itself would be of no use: under
-- row-level security only operators that cannot leak may go by an index.
CREATE TABLE conversation_label (
    clinic_id       uuid NOT NULL,
    label           text NOT NULL,
    conversation_id uuid NOT NULL,
    PRIMARY KEY (clinic_id, label, conversation_id)
);
CREATE INDEX conversation_label_of ON conversation_label (clinic_id, conversation_id);
SELECT hold_apart('conversation_label');

-- +goose StatementBegin
CREATE FUNCTION conversation_labelled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM conversation_label l WHERE l.clinic_id = NEW.clinic_id AND l.conversation_id = NEW.conversation_id;
    INSERT INTO conversation_label (clinic_id, label, conversation_id)
    SELECT DISTINCT NEW.clinic_id, u.label, NEW.conversation_id FROM unnest(NEW.labels) AS u (label);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER conversation_labelled AFTER UPDATE OF labels ON conversation
FOR EACH ROW WHEN (OLD.labels IS DISTINCT FROM NEW.labels) EXECUTE FUNCTION conversation_labelled();
CREATE TRIGGER conversation_begun AFTER INSERT ON conversation
FOR EACH ROW WHEN (NEW.labels <> '{}') EXECUTE FUNCTION conversation_labelled();

INSERT INTO conversation_label (clinic_id, label, conversation_id)
SELECT DISTINCT c.clinic_id, u.label, c.conversation_id FROM conversation c, unnest(c.labels) AS u (label);

-- Words as they are sought: small letters, no accents, nothing but letters and digits.
-- +goose StatementBegin
CREATE FUNCTION spaced(said text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT translate(public.plain(normalize(left(said, 50000), NFKC)), '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', repeat(' ', 32))
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION words_of(said text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT to_tsvector('pg_catalog.simple', public.spaced(said))
$$;
-- +goose StatementEnd

-- A person is found by name, address, and any end of the number.
-- +goose StatementBegin
CREATE FUNCTION person_words(name text, email text, phone text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT public.words_of(coalesce(name, '') || ' ' || coalesce(email, '')) || coalesce((
        SELECT array_to_tsvector(array_agg(DISTINCT substr(d.digits, i)))
        FROM (SELECT regexp_replace(phone, '\D', '', 'g') AS digits) d, generate_series(1, length(d.digits) - 2) AS i
    ), ''::tsvector)
$$;
-- +goose StatementEnd
CREATE INDEX patient_words ON patient USING gin (clinic_id, person_words(name, email, phone)) WITH (fastupdate = off);

-- The words of each message, its subject and the names of its files. They stand apart: what
-- reads a thread does not read them. Words that have just come wait in a short list.
CREATE TABLE message_words (
    clinic_id       uuid        NOT NULL,
    message_id      uuid        NOT NULL,
    conversation_id uuid        NOT NULL,
    created_at      timestamptz NOT NULL,
    channel         text        NOT NULL,
    inbound         boolean     NOT NULL,
    words           tsvector    NOT NULL,
    PRIMARY KEY (clinic_id, message_id)
);
CREATE INDEX message_words_newest ON message_words (clinic_id, created_at DESC, message_id DESC);
CREATE INDEX message_words_of ON message_words (clinic_id, conversation_id, created_at DESC);
CREATE INDEX message_words_found ON message_words USING gin (clinic_id, words) WITH (gin_pending_list_limit = 256);
ALTER TABLE message_words ALTER COLUMN words SET STATISTICS 1000;
SELECT hold_apart('message_words');

-- +goose StatementBegin
CREATE FUNCTION index_message(m message) RETURNS void LANGUAGE sql AS $$
    INSERT INTO message_words (clinic_id, message_id, conversation_id, created_at, channel, inbound, words)
    SELECT m.clinic_id, m.message_id, m.conversation_id, m.created_at, m.channel, coalesce(m.call_direction = 'inbound', m.side = 1),
        setweight(words_of(coalesce(m.subject, '')), 'A') || setweight(words_of(coalesce((
            SELECT string_agg(f.filename, ' ' ORDER BY f.place) FROM attachment f
            WHERE f.clinic_id = m.clinic_id AND f.message_id = m.message_id), '')), 'B') || words_of(m.body)
    ON CONFLICT (clinic_id, message_id) DO UPDATE
    SET conversation_id = excluded.conversation_id, created_at = excluded.created_at, channel = excluded.channel,
        inbound = excluded.inbound, words = excluded.words
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION message_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM message_words w WHERE w.clinic_id = OLD.clinic_id AND w.message_id = OLD.message_id;
    ELSIF TG_OP = 'UPDATE' THEN
        PERFORM index_message(NEW);
    ELSE -- its files come after it, and are heard of then
        INSERT INTO message_words (clinic_id, message_id, conversation_id, created_at, channel, inbound, words)
        VALUES (NEW.clinic_id, NEW.message_id, NEW.conversation_id, NEW.created_at, NEW.channel,
            coalesce(NEW.call_direction = 'inbound', NEW.side = 1),
            CASE WHEN NEW.subject IS NULL THEN words_of(NEW.body) ELSE setweight(words_of(NEW.subject), 'A') || words_of(NEW.body) END);
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER message_said AFTER INSERT OR DELETE OR UPDATE OF subject, body, channel, conversation_id, created_at, call_direction ON message
FOR EACH ROW EXECUTE FUNCTION message_said();

-- +goose StatementBegin
CREATE FUNCTION message_files_said() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE m message;
BEGIN
    FOR m IN SELECT DISTINCT x.* FROM message x
        WHERE x.clinic_id = coalesce(NEW.clinic_id, OLD.clinic_id) AND x.message_id IN (NEW.message_id, OLD.message_id) LOOP
        PERFORM index_message(m);
    END LOOP;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER message_files_said AFTER INSERT OR DELETE OR UPDATE OF message_id, filename ON attachment
FOR EACH ROW EXECUTE FUNCTION message_files_said();

SELECT count(index_message(m)) FROM message m;

-- A question as somebody asks it: all of its phrases, each made of words that follow each
-- other. Where it is open, its last word (or every one) is only the beginning of one.
-- +goose StatementBegin
CREATE FUNCTION question(phrases text[], open boolean, every boolean) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    whole tsquery;
    part  tsquery;
BEGIN
    FOR i IN 1 .. coalesce(array_length(phrases, 1), 0) LOOP
        part := phraseto_tsquery('pg_catalog.simple', spaced(phrases[i]));
        CONTINUE WHEN numnode(part) = 0;
        IF every OR open AND i = array_length(phrases, 1) THEN
            part := (part::text || ':*')::tsquery;
        END IF;
        whole := CASE WHEN whole IS NULL THEN part ELSE whole && part END;
    END LOOP;
    RETURN whole;
END $$;
-- +goose StatementEnd

-- What is found, best first among the newest.
CREATE VIEW message_hit AS -- granted to nobody: it is read through the function
SELECT w.message_id, w.created_at, 0::real AS rank FROM message_words w;

-- Runs as the owner, for under row-level security no index over words could be used; so it
-- asks for the clinic itself, and answers no more than ids of what the viewer may see, which
-- is rules.Sees. Each question has a plan of its own: one word is rare, another everywhere.
-- +goose StatementBegin
CREATE FUNCTION search_messages(phrases text[], open boolean, reach text, viewer uuid, of_channel text, of_inbound boolean, of_patient uuid,
    of_conversation uuid, since timestamptz, before_at timestamptz, before_id uuid, most integer) RETURNS SETOF message_hit
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    own     uuid := current_setting('app.clinic')::uuid;
    sought  tsquery := question(phrases, open, false);
    phrased boolean := sought::text LIKE '%<%';
BEGIN
    RETURN QUERY
    SELECT w.message_id, w.created_at, ts_rank_cd(w.words, sought)
    FROM message_words w
    JOIN conversation c ON c.clinic_id = own AND c.conversation_id = w.conversation_id
    WHERE w.clinic_id = own AND w.words @@ sought
      AND CASE reach
            WHEN 'all' THEN true
            WHEN 'front_desk' THEN c.kind = 'front_desk' OR c.first_id = viewer OR c.second_id = viewer
            WHEN 'own' THEN c.doctor_id = viewer OR c.assignee_id = viewer OR c.first_id = viewer OR c.second_id = viewer
            WHEN 'patient' THEN c.patient_id = viewer AND w.channel NOT IN ('note', 'call')
            ELSE false
          END
      AND (of_channel IS NULL OR w.channel = of_channel)
      AND (of_inbound IS NULL OR w.inbound = of_inbound AND c.kind <> 'direct')
      AND (of_patient IS NULL OR c.patient_id = of_patient)
      AND (of_conversation IS NULL OR w.conversation_id = of_conversation)
      AND (since IS NULL OR w.created_at >= since)
      AND (before_at IS NULL OR (w.created_at, w.message_id) < (before_at, before_id))
    -- How rare a phrase is cannot be estimated from its words: it is not looked for page by page
    -- from the newest message on, but found by its words and then sorted.
    ORDER BY CASE WHEN phrased THEN w.created_at + interval '0' ELSE w.created_at END DESC, w.message_id DESC
    LIMIT most;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION search_patients(phrases text[], most integer) RETURNS SETOF patient
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    own    uuid := current_setting('app.clinic')::uuid;
    sought tsquery := question(phrases, true, true);
BEGIN
    RETURN QUERY
    SELECT p.* FROM patient p
    WHERE p.clinic_id = own AND person_words(p.name, p.email, p.phone) @@ sought AND p.merged_into IS NULL
    ORDER BY lower(p.name), p.patient_id
    LIMIT most;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION search_messages, search_patients FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_messages, search_patients TO frontdesk_app;

-- Messages to follow up, wherever they are.
CREATE INDEX message_starred ON message (clinic_id, starred_at DESC, message_id DESC) WHERE starred_at IS NOT NULL;
CREATE INDEX message_starred_by_patient ON message (clinic_id, conversation_id) WHERE patient_starred_at IS NOT NULL;

-- A list as somebody likes to see it: its filters in the address's own words.
CREATE TABLE saved_view (
    clinic_id  uuid        NOT NULL,
    view_id    uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    name       text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 40),
    filter     text        NOT NULL CHECK (char_length(filter) <= 1000),
    place      integer     NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, user_id, view_id),
    FOREIGN KEY (clinic_id, user_id) REFERENCES clinic_user
);
CREATE INDEX saved_view_of_user ON saved_view (clinic_id, user_id, place);
SELECT hold_apart('saved_view');

-- +goose Down
DROP TABLE saved_view;
DROP INDEX message_starred, message_starred_by_patient;
DROP FUNCTION search_messages, search_patients, question;
DROP VIEW message_hit;
DROP TRIGGER message_files_said ON attachment;
DROP TRIGGER message_said ON message;
DROP FUNCTION message_files_said, message_said, index_message;
DROP TABLE message_words;
DROP INDEX patient_words;
DROP FUNCTION person_words, words_of, spaced;
DROP TRIGGER conversation_labelled ON conversation;
DROP TRIGGER conversation_begun ON conversation;
DROP TRIGGER conversation_newest ON conversation;
DROP FUNCTION conversation_labelled, conversation_newest;
DROP TABLE conversation_label;
DROP INDEX conversation_any, conversation_of_patient, conversation_unread, conversation_waiting, conversation_starred,
    conversation_snoozed, conversation_by_channel;
ALTER TABLE conversation DROP COLUMN last_channel, DROP COLUMN last_inbound, DROP COLUMN shown_channel, DROP COLUMN shown_inbound;
