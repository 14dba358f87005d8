-- When the PATCH of an operation was about to be sent: while its answer is waited for, the operation says so, and an
-- operation whose answer was lost can be settled once no API server can work on it any more.
ALTER TABLE pod_load.operations ADD COLUMN sent_at timestamptz;

-- Outcomes that say what the last look found: another writer set the label since (overridden), no Service leads to the
-- Pod that was put back (restored_not_reached), the cluster was deleted before it could be asked (undecided).
ALTER TABLE pod_load.operations DROP CONSTRAINT operations_outcome_check;
ALTER TABLE pod_load.operations ADD CONSTRAINT operations_outcome_check
  CHECK (outcome IN ('removed', 'removed_still_routed', 'applied_unverified', 'already_not_serving', 'replaced', 'overridden',
                     'restored', 'restored_not_ready', 'restored_not_reached', 'refused', 'failed', 'not_applied', 'undecided'));
