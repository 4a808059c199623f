-- name: FigureNow :one
-- How things stand. What is snoozed is out of the way on purpose: nobody waits there.
SELECT count(*)::bigint AS open,
    count(*) FILTER (WHERE c.last_word = 1 AND NOT c.snoozed)::bigint AS waiting,
    count(*) FILTER (WHERE c.snoozed)::bigint AS snoozed,
    count(*) FILTER (WHERE c.unread_0 > 0)::bigint AS unread,
    coalesce(min(c.last_word_since) FILTER (WHERE c.last_word = 1 AND NOT c.snoozed), 'epoch')::timestamptz AS longest_since,
    coalesce(sum((
        SELECT count(*) FROM message m
        WHERE m.clinic_id = c.clinic_id AND m.conversation_id = c.conversation_id AND m.side = 1
          AND m.status <> 'replied' AND m.channel <> 'note' AND m.channel <> 'call'
    )) FILTER (WHERE c.last_word = 1 AND NOT c.snoozed), 0)::bigint AS unanswered
FROM conversation c
WHERE c.clinic_id = @clinic_id AND NOT c.archived AND c.kind <> 'direct';

-- name: FigureVolume :many
-- By day, channel and direction. Quarters of an hour first: zones differ from UTC by whole
-- ones, so that the zone is asked about each quarter and not about each message.
WITH quarter AS (
    SELECT date_bin('15 minutes', m.created_at, 'epoch'::timestamptz) AS at, m.channel,
        CASE m.channel WHEN 'note' THEN 'internal' WHEN 'call' THEN m.call_direction
            ELSE CASE m.side WHEN 1 THEN 'inbound' ELSE 'outbound' END END AS direction,
        count(*) AS messages
    FROM message m
    WHERE m.clinic_id = @clinic_id AND m.created_at >= @since AND m.created_at < @until
      AND m.conversation_id NOT IN (SELECT d.conversation_id FROM conversation d WHERE d.clinic_id = @clinic_id AND d.kind = 'direct')
    GROUP BY 1, 2, 3
)
SELECT (at AT TIME ZONE @zone::text)::date AS day, channel, direction::text AS direction, sum(messages)::bigint AS messages
FROM quarter
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;

-- name: FigureLoad :many
-- By weekday (Monday is 1) and hour, as the clinic's clock shows them. Notes are no load.
WITH quarter AS (
    SELECT date_bin('15 minutes', m.created_at, 'epoch'::timestamptz) AS at,
        count(*) FILTER (WHERE m.channel = 'call' AND m.call_direction = 'inbound' OR m.channel <> 'call' AND m.side = 1) AS inbound,
        count(*) FILTER (WHERE m.channel = 'call' AND m.call_direction = 'outbound' OR m.channel <> 'call' AND m.side = 0) AS outbound
    FROM message m
    WHERE m.clinic_id = @clinic_id AND m.created_at >= @since AND m.created_at < @until AND m.channel <> 'note'
      AND m.conversation_id NOT IN (SELECT d.conversation_id FROM conversation d WHERE d.clinic_id = @clinic_id AND d.kind = 'direct')
    GROUP BY 1
)
SELECT extract(isodow FROM at AT TIME ZONE @zone::text)::integer AS weekday, extract(hour FROM at AT TIME ZONE @zone::text)::integer AS hour,
    sum(inbound)::bigint AS inbound, sum(outbound)::bigint AS outbound
FROM quarter
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: FigureResponses :many
-- How long patients waited for an answer, by the day on which it was given; without a day, of
-- them all.
SELECT a.day, count(*)::bigint AS answers,
    coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY a.seconds), 0)::float8 AS median,
    coalesce(percentile_cont(0.9) WITHIN GROUP (ORDER BY a.seconds), 0)::float8 AS ninetieth
FROM (
    SELECT (m.created_at AT TIME ZONE @zone::text)::date AS day, extract(epoch FROM m.created_at - m.waited_since)::float8 AS seconds
    FROM message m
    WHERE m.clinic_id = @clinic_id AND m.created_at >= @since AND m.created_at < @until AND m.waited_since IS NOT NULL
) a
GROUP BY GROUPING SETS ((a.day), ())
ORDER BY a.day NULLS FIRST;

-- name: FigurePeople :many
-- What each member of staff did; of one alone where a person is given. Whoever has left is there
-- as long as there is something to show.
WITH sent AS (
    SELECT m.author_user_id AS user_id, count(*) FILTER (WHERE m.channel NOT IN ('note', 'call')) AS messages,
        count(*) FILTER (WHERE m.channel = 'call') AS calls, count(*) FILTER (WHERE m.channel = 'note') AS notes
    FROM message m
    WHERE m.clinic_id = @clinic_id AND m.created_at >= @since AND m.created_at < @until AND m.author_user_id IS NOT NULL
      AND (sqlc.narg(person)::uuid IS NULL OR m.author_user_id = sqlc.narg(person))
      AND m.conversation_id NOT IN (SELECT d.conversation_id FROM conversation d WHERE d.clinic_id = @clinic_id AND d.kind = 'direct')
    GROUP BY 1
), answered AS (
    SELECT m.author_user_id AS user_id, count(DISTINCT m.conversation_id) AS conversations, count(*) AS answers,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM m.created_at - m.waited_since)::float8) AS median
    FROM message m
    WHERE m.clinic_id = @clinic_id AND m.created_at >= @since AND m.created_at < @until AND m.waited_since IS NOT NULL
      AND (sqlc.narg(person)::uuid IS NULL OR m.author_user_id = sqlc.narg(person))
    GROUP BY 1
)
SELECT u.user_id, u.name, u.role, u.active, coalesce(s.messages, 0)::bigint AS messages, coalesce(s.calls, 0)::bigint AS calls,
    coalesce(s.notes, 0)::bigint AS notes, coalesce(a.conversations, 0)::bigint AS conversations,
    coalesce(a.answers, 0)::bigint AS answers, coalesce(a.median, 0)::float8 AS median
FROM clinic_user u
LEFT JOIN sent s ON s.user_id = u.user_id
LEFT JOIN answered a ON a.user_id = u.user_id
WHERE u.clinic_id = @clinic_id AND (sqlc.narg(person)::uuid IS NULL OR u.user_id = sqlc.narg(person))
  AND (u.active OR s.user_id IS NOT NULL OR a.user_id IS NOT NULL)
ORDER BY u.name, u.user_id;
