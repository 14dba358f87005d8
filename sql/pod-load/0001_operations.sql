-- Operations: each removal or restore of one Pod. A row is the reservation before anything is read,
-- the lease while it is under way, and the record afterwards.

CREATE TABLE pod_load.operations (
  id             uuid PRIMARY KEY,
  place          bigint GENERATED ALWAYS AS IDENTITY,  -- the order of reservations in a namespace
  kind           text NOT NULL CHECK (kind IN ('remove', 'restore')),
  cluster_id     uuid NOT NULL,
  cluster        text NOT NULL,                        -- its name then, for people
  namespace      text NOT NULL,
  pod            text NOT NULL,
  uid            text,                                 -- known once the Pod was read
  user_id        text NOT NULL,
  username       text NOT NULL,
  credential     text NOT NULL,
  address        text NOT NULL,
  reason         text NOT NULL,
  forced         boolean NOT NULL,
  request_id     text NOT NULL UNIQUE,                 -- nginx's: what is sent again has one effect
  previous_value text,
  new_value      text,
  created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  lease_owner    uuid NOT NULL,                        -- the daemon that works on it
  lease_until    timestamptz NOT NULL,
  applied_at     timestamptz,                          -- the API server acknowledged the PATCH
  applied_ms     double precision,
  details        jsonb NOT NULL DEFAULT '{}',          -- Services, warnings, refusals
  outcome        text CHECK (outcome IN ('removed', 'removed_still_routed', 'applied_unverified', 'already_not_serving',
                                         'replaced', 'restored', 'restored_not_ready', 'refused', 'failed', 'not_applied')),
  settled_at     timestamptz,
  CHECK ((outcome IS NULL) = (settled_at IS NULL))
);

-- What is under way: few rows, read at each reservation and by the settler.
CREATE INDEX operations_open ON pod_load.operations (cluster_id, namespace, place) WHERE outcome IS NULL;
-- The last removal of a Pod, for the list of Pods and for restore.
CREATE INDEX operations_by_uid ON pod_load.operations (cluster_id, uid, place DESC);

GRANT SELECT, INSERT, UPDATE ON pod_load.operations TO podloadd;

-- An operation that has an outcome is history.
CREATE FUNCTION pod_load.keep_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.outcome IS NOT NULL THEN
    RAISE EXCEPTION 'operation % is settled (%) and cannot be changed', OLD.id, OLD.outcome;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_settled BEFORE UPDATE ON pod_load.operations FOR EACH ROW EXECUTE FUNCTION pod_load.keep_settled();
