-- A try that is not judged yet counts as a hit, too, but for a few seconds only: its hit is dated back by `backdated`,
-- so that it ages out soon. Whoever judges it wrong replaces it by a real one; what was never judged costs nothing.
CREATE FUNCTION throttle(
    buckets text[], hits int[], windows interval[], counted text[], backdated interval,
    OUT wait float, OUT moment timestamptz
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT * INTO wait, moment FROM throttle(buckets, hits, windows, '{}'::text[]);
    IF wait IS NULL THEN
        INSERT INTO throttle_hits (bucket, hit_at) SELECT unnest(counted), moment - backdated;
    END IF;
END
$$;
