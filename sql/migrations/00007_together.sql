-- +goose Up

-- The clinic's labels. A conversation keeps the names of its own; this is where a name gets
-- its colour, and where it is allowed to come from.
CREATE TABLE label (
    clinic_id  uuid        NOT NULL REFERENCES clinic,
    label_id   uuid        NOT NULL,
    name       text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 40 AND name = btrim(name)),
    colour     text        NOT NULL CHECK (colour IN ('grey', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'pink')),
    position   integer     NOT NULL CHECK (position >= 0), -- in the order in which the clinic has put them
    created_at timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, label_id)
);
CREATE UNIQUE INDEX label_by_name ON label (clinic_id, plain(name)); -- Urgent and urgent are one
SELECT hold_apart('label');

-- What has been in use so far becomes the catalogue. Of names that differ in case or accents
-- alone the one most used stays. The ids are UUIDv7, as everywhere.
WITH used AS (
    SELECT c.clinic_id, l.name, count(*) AS times
    FROM conversation c CROSS JOIN unnest(c.labels) AS l (name)
    GROUP BY c.clinic_id, l.name
), chosen AS (
    SELECT DISTINCT ON (clinic_id, plain(name)) clinic_id, name
    FROM used
    ORDER BY clinic_id, plain(name), times DESC, name
), numbered AS (
    SELECT clinic_id, name, (row_number() OVER (PARTITION BY clinic_id ORDER BY plain(name)) - 1)::integer AS place
    FROM chosen
)
INSERT INTO label (clinic_id, label_id, name, colour, position, created_at)
SELECT clinic_id,
    (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid,
    name, (ARRAY['teal', 'blue', 'orange', 'purple', 'green', 'pink', 'yellow', 'red', 'grey'])[1 + place % 9], place, now()
FROM numbered;

UPDATE conversation c
SET labels = ARRAY(
    SELECT l.name
    FROM unnest(c.labels) WITH ORDINALITY AS had (name, place)
    JOIN label l ON l.clinic_id = c.clinic_id AND plain(l.name) = plain(had.name)
    GROUP BY l.name
    ORDER BY min(had.place))
WHERE EXISTS (
    SELECT FROM unnest(c.labels) AS had (name)
    WHERE NOT EXISTS (SELECT FROM label l WHERE l.clinic_id = c.clinic_id AND l.name = had.name));

-- +goose Down
DROP TABLE label;
