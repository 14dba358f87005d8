#include "plugin_host/queue_store.hpp"

#include <algorithm>

namespace podload {
namespace {

/// The ids of the deliveries that the subscriber tried, as a JSON list.
std::string tried(const Turn& turn, const DeliveryResult& reply) {
  Json ids = Json::array();
  for (std::size_t i = 0; i < std::min(reply.count, turn.deliveries.size()); ++i) ids.push_back(turn.deliveries[i].id);
  return print_json(ids);
}

constexpr const char* kTried = "id IN (SELECT jsonb_array_elements_text($1::jsonb)::bigint)";

}  // namespace

void QueueStore::add(Transaction& tx, const std::string& queue, const std::string& event_id, const std::string& name, const Json& data,
                     const std::string& subscriber) {
  query(tx,
        "WITH made AS (INSERT INTO podload.queues (hearer, name) VALUES ($4, $5) ON CONFLICT DO NOTHING)"
        " INSERT INTO podload.deliveries (event_id, event, data, hearer, queue) VALUES ($1, $2, $3, $4, $5)",
        event_id, name, print_json(data), subscriber, queue);
}

std::optional<Turn> QueueStore::claim(Transaction& tx, const std::vector<std::string>& subscribers, int lease_seconds, int most) {
  const pqxx::result taken =
      query(tx,
            "UPDATE podload.queues SET turn = turn + 1, due_at = clock_timestamp() + make_interval(secs => $2) WHERE (hearer, name) ="
            " (SELECT hearer, name FROM podload.queues q WHERE due_at <= clock_timestamp()"
            " AND hearer IN (SELECT jsonb_array_elements_text($1::jsonb)) AND EXISTS (SELECT FROM podload.deliveries d"
            " WHERE d.hearer = q.hearer AND d.queue = q.name AND d.given_up_at IS NULL)"
            " ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING hearer, name, turn, refusals",
            print_json(subscribers), lease_seconds);
  if (taken.empty()) return std::nullopt;
  Turn turn{taken[0][0].c_str(), taken[0][1].c_str(), taken[0][2].as<std::int64_t>(), taken[0][3].as<int>(), {}};
  turn.deliveries = DeliveryStore::in_queue(tx, turn.subscriber, turn.queue, most);
  const auto other = std::find_if(turn.deliveries.begin(), turn.deliveries.end(),
                                  [&](const Delivery& one) { return one.event.name != turn.deliveries.front().event.name; });
  turn.deliveries.erase(other, turn.deliveries.end());
  if (turn.deliveries.empty()) {  // delivered or dropped at this moment: the next event must not wait for the lease to end
    query(tx, "UPDATE podload.queues SET due_at = clock_timestamp() WHERE hearer = $1 AND name = $2", turn.subscriber, turn.queue);
    return std::nullopt;
  }
  return turn;
}

void QueueStore::finish(Transaction& tx, const Turn& turn, const DeliveryResult& reply, double seconds, int attempts) {
  const bool success = reply.result == DeliveryResult::Result::delivered || reply.result == DeliveryResult::Result::refused;
  const bool ours = query(tx,
                          "UPDATE podload.queues SET due_at = clock_timestamp() + make_interval(secs => $4),"
                          " refusals = CASE WHEN $5 THEN 0 ELSE refusals + 1 END WHERE hearer = $1 AND name = $2 AND turn = $3",
                          turn.subscriber, turn.queue, turn.number, seconds, success)
                        .affected_rows() > 0;
  const std::string ids = tried(turn, reply);
  if (reply.result == DeliveryResult::Result::delivered) {
    query(tx, std::string("DELETE FROM podload.deliveries WHERE ") + kTried, ids);
    return;
  }
  if (!ours) return;
  switch (reply.result) {
    case DeliveryResult::Result::again:
      query(tx,
            std::string("UPDATE podload.deliveries SET attempts = attempts + 1,"
                        " error = CASE WHEN attempts + 1 >= $3 OR ") + kTried + " THEN $2 ELSE error END,"
                        " given_up_at = CASE WHEN attempts + 1 >= $3 THEN clock_timestamp() END"
                        " WHERE hearer = $4 AND queue = $5 AND given_up_at IS NULL",
            ids, reply.problem, attempts, turn.subscriber, turn.queue);
      break;
    case DeliveryResult::Result::too_fast:
      query(tx, std::string("UPDATE podload.deliveries SET error = $2 WHERE ") + kTried, ids, reply.problem);
      break;
    default:
      query(tx, std::string("UPDATE podload.deliveries SET attempts = attempts + 1, error = $2, given_up_at = clock_timestamp() WHERE ") + kTried,
            ids, reply.problem);
  }
}

}  // namespace podload
