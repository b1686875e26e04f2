-- A hit may name its subject: such a bucket counts subjects, each once, however often one fails. A hit with a trial
-- is not judged yet, and counts for a few seconds only. The functions `throttle` stay for processes of the last release.
ALTER TABLE throttle_hits ADD COLUMN subject text, ADD COLUMN trial uuid;
CREATE UNIQUE INDEX throttle_hits_by_subject ON throttle_hits (bucket, subject);

-- How many seconds one who asks now has to wait for that bucket; NULL when it has room for him.
CREATE FUNCTION throttle_wait(asked jsonb, moment timestamptz, tried_for interval) RETURNS float
LANGUAGE plpgsql AS $$
DECLARE
    within interval := make_interval(secs => (asked->>'within')::float);
    first_wait float := (asked->>'first_wait')::float;
    room int := (asked->>'hits')::int;
    found record;
    wait float;
BEGIN
    IF asked->>'room_from' IS NOT NULL THEN  -- a crowd: each of those who succeeded lately makes room for one
        room := room + (SELECT count(*) FROM (
            SELECT FROM throttle_hits
            WHERE bucket = asked->>'room_from' AND hit_at > moment - interval '1 day' LIMIT room * 4
        ) AS welcome);
    END IF;
    SELECT count(*) FILTER (WHERE trial IS NULL) AS judged, max(hit_at) FILTER (WHERE trial IS NULL) AS judged_at,
        count(*) FILTER (WHERE trial IS NOT NULL AND NOT is_own) AS tried,
        max(hit_at) FILTER (WHERE trial IS NOT NULL AND NOT is_own) AS tried_at,
        coalesce(bool_or(trial IS NULL AND is_own), false) AS is_counted
    INTO found FROM (
        SELECT hit_at, trial, coalesce(subject = asked->>'subject', false) AS is_own FROM throttle_hits
        WHERE bucket = asked->>'bucket' AND hit_at > moment - within
            AND (trial IS NULL OR hit_at > moment - tried_for)
    ) AS hit;
    IF found.is_counted THEN
        RETURN NULL;
    ELSIF found.judged < room THEN
        IF found.judged + found.tried < room THEN
            RETURN NULL;
        END IF;
    ELSIF first_wait IS NULL THEN
        SELECT extract(epoch FROM hit_at + within - moment) INTO wait FROM throttle_hits
        WHERE bucket = asked->>'bucket' AND hit_at > moment - within AND trial IS NULL
        ORDER BY hit_at DESC OFFSET room - 1 LIMIT 1;
        RETURN wait;
    ELSE
        wait := extract(epoch FROM found.judged_at - moment)
            + least((asked->>'longest_wait')::float, first_wait * power(2, least(found.judged - room, 30)));
        IF wait > 0 THEN
            RETURN wait;
        ELSIF found.tried = 0 THEN
            RETURN NULL;
        END IF;
    END IF;
    RETURN extract(epoch FROM found.tried_at + tried_for - moment);
END
$$;

-- Each bucket in the order given, the `locked` ones locked first: callers of one bucket queue up behind each other,
-- and each sees the hits of those before it. When none that `refuses` is full, `counted` are counted. One round trip.
CREATE FUNCTION throttle_ask(
    asked jsonb, counted jsonb, counted_as uuid, tried_for interval, OUT waits text[], OUT moment timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    one jsonb;
    wait float;
    is_full boolean := false;
BEGIN
    moment := now();
    waits := '{}';
    FOR one IN SELECT jsonb_array_elements(asked) LOOP
        IF (one->>'locked')::boolean THEN
            PERFORM pg_advisory_xact_lock(hashtextextended(one->>'bucket', 0));
        END IF;
        wait := throttle_wait(one, moment, tried_for);
        waits := array_append(waits, wait::text);
        is_full := is_full OR (wait IS NOT NULL AND (one->>'refuses')::boolean);
    END LOOP;
    IF NOT is_full THEN
        PERFORM throttle_count(counted, counted_as);
    END IF;
END
$$;

-- A hit in each bucket; a subject has one at most, the newest, and a trial changes none that was judged and still counts.
CREATE FUNCTION throttle_count(counted jsonb, counted_as uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF counted_as IS NOT NULL THEN
        DELETE FROM throttle_hits AS hit
        USING jsonb_to_recordset(counted) AS one (bucket text, subject text, within float)
        WHERE hit.bucket = one.bucket AND hit.subject = one.subject
            AND hit.hit_at <= now() - make_interval(secs => one.within);
    END IF;
    INSERT INTO throttle_hits AS hit (bucket, subject, trial)
    SELECT bucket, subject, counted_as FROM jsonb_to_recordset(counted) AS one (bucket text, subject text)
    ON CONFLICT (bucket, subject) DO UPDATE SET hit_at = excluded.hit_at, trial = excluded.trial
    WHERE excluded.trial IS NULL OR hit.trial IS NOT NULL;
END
$$;
