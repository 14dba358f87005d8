-- A registered cluster can be changed, and spoken to in people's names.

ALTER TABLE cluster.clusters
  ADD COLUMN act_as       text NOT NULL DEFAULT 'itself' CHECK (act_as IN ('itself', 'fixed', 'named')),
  ADD COLUMN act_as_users text[] NOT NULL DEFAULT '{}',  -- fixed: the one; named: those who may be named
  ADD CONSTRAINT act_as_whom CHECK (CASE act_as WHEN 'itself' THEN cardinality(act_as_users) = 0
                                                WHEN 'fixed' THEN cardinality(act_as_users) = 1
                                                ELSE cardinality(act_as_users) > 0 END);

GRANT INSERT (act_as, act_as_users) ON cluster.clusters TO podloadd;
GRANT UPDATE (display_name, kubeconfig_version, label_name, online_value, done_value, minimum, any_address, act_as, act_as_users)
  ON cluster.clusters TO podloadd;
