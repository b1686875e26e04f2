-- All limits of a use case in one round trip: each bucket is locked and then looked at, in the order given, so
-- that callers of one bucket queue up behind each other and each sees the hits of those before it. Returns the
-- longest wait in seconds; when there is none, one hit is counted in each of `counted`.
CREATE FUNCTION throttle(
    buckets text[], hits int[], windows interval[], counted text[], OUT wait float, OUT moment timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    remaining float;
BEGIN
    moment := now();
    FOR n IN 1 .. coalesce(cardinality(buckets), 0) LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended(buckets[n], 0));
        SELECT extract(epoch FROM hit_at + windows[n] - moment) INTO remaining FROM throttle_hits
        WHERE bucket = buckets[n] AND hit_at > moment - windows[n] 
        ORDER BY hit_at DESC OFFSET hits[n] - 1 LIMIT 1;
        wait := greatest(wait, remaining);
    END LOOP;
    IF wait IS NULL THEN
        INSERT INTO throttle_hits (bucket) SELECT unnest(counted);
    END IF;
END
$$;
