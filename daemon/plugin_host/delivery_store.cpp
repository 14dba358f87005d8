#include "plugin_host/delivery_store.hpp"
#include "podload/parse_json.hpp"

#include <tuple>

namespace podload {
namespace {

const std::string kColumns = "id, event_id, event, " + rfc3339_of("at") + ", data, hearer, attempts, " + 
                             rfc3339_of("coalesce((SELECT q.due_at FROM podload.queues q WHERE q.hearer = deliveries.hearer AND q.name = deliveries.queue), due_at)") +
                             ", error, given_up_at IS NOT NULL";

Delivery from_row(const pqxx::row& row) {
  Delivery delivery;
  delivery.id = row[0].as<std::int64_t>();
  delivery.event = {row[1].c_str(), row[2].c_str(), row[3].c_str(), parse_json(row[4].c_str()), row[6].as<int>()};
  delivery.subscriber = row[5].c_str();
  delivery.due_at = row[7].c_str();
  delivery.error = row[8].c_str();
  delivery.given_up = row[9].as<bool>();
  return delivery;
}

}  // namespace

void DeliveryStore::add(Transaction& tx, const std::string& event_id, const std::string& name, const Json& data, const std::string& subscriber) {
  query(tx, "INSERT INTO podload.deliveries (event_id, event, data, hearer) VALUES ($1, $2, $3, $4)", event_id, name, print_json(data), subscriber);
}

std::optional<Delivery> DeliveryStore::claim(Transaction& tx, const std::vector<std::string>& subscribers, int lease_seconds) {
  const pqxx::result rows =
      query(tx,
            std::string("UPDATE podload.deliveries SET attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => $2)"
                        " WHERE id = (SELECT id FROM podload.deliveries WHERE given_up_at IS NULL AND queue IS NULL"
                        " AND due_at <= clock_timestamp() AND hearer IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
                        " RETURNING ") + kColumns,
            print_json(subscribers), lease_seconds);
  return rows.empty() ? std::nullopt : std::optional(from_row(rows[0]));
}

void DeliveryStore::delivered(Transaction& tx, const Delivery& delivery) {
  query(tx, "DELETE FROM podload.deliveries WHERE id = $1 AND attempts = $2", delivery.id, delivery.event.attempt);
}

void DeliveryStore::failed(Transaction& tx, const Delivery& delivery, const std::string& error, double again_in_seconds, bool give_up) {
  query(tx,
        "UPDATE podload.deliveries SET error = $3, due_at = clock_timestamp() + make_interval(secs => $4),"
        " given_up_at = CASE WHEN $5 THEN clock_timestamp() END WHERE id = $1 AND attempts = $2",
        delivery.id, delivery.event.attempt, error, again_in_seconds, give_up);
}

std::vector<Delivery> DeliveryStore::in_queue(Transaction& tx, const std::string& subscriber, const std::string& queue, int limit) {
  std::vector<Delivery> deliveries;
  for (const auto& row : query(tx, std::string("SELECT ") + kColumns + " FROM podload.deliveries WHERE hearer = $1 AND queue = $2"
                                   " AND given_up_at IS NULL ORDER BY id LIMIT $3", subscriber, queue, limit)) {
    deliveries.push_back(from_row(row));
    ++deliveries.back().event.attempt;  // the attempt that begins now; claim() counts it in its UPDATE
  }
  return deliveries;
}

int DeliveryStore::give_up_unsubscribed(Transaction& tx, const std::vector<std::string>& subscribers) {
  return static_cast<int>(query(tx,
                                "UPDATE podload.deliveries SET given_up_at = clock_timestamp(),"
                                " error = 'the plugin ' || hearer || ' is not among the configured plugins'"
                                " WHERE given_up_at IS NULL AND at < clock_timestamp() - interval '10 minutes'"
                                " AND hearer NOT IN (SELECT jsonb_array_elements_text($1::jsonb))",
                                print_json(subscribers)).affected_rows());
}

std::vector<Delivery> DeliveryStore::failing(Transaction& tx, int limit) {
  std::vector<Delivery> deliveries;
  for (const auto& row : query(tx, std::string("SELECT ") + kColumns + " FROM podload.deliveries WHERE error <> ''"
                                   " ORDER BY given_up_at IS NULL, id LIMIT $1", limit))
    deliveries.push_back(from_row(row));
  return deliveries;
}

std::pair<int, int> DeliveryStore::counts(Transaction& tx) {
  const pqxx::result rows = query(tx, "SELECT count(*) FILTER (WHERE given_up_at IS NULL), count(given_up_at) FROM podload.deliveries");
  return {rows[0][0].as<int>(), rows[0][1].as<int>()};
}

DeliveryStore::Summary DeliveryStore::summary(Transaction& tx) {
  tx.exec("SET LOCAL statement_timeout = '1s'");
  Summary summary;
  std::tie(summary.waiting, summary.given_up) = counts(tx);
  summary.oldest_seconds = query(tx, "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(at)), 0) FROM podload.deliveries"
                                     " WHERE given_up_at IS NULL")[0][0].as<double>();
  return summary;
}

int DeliveryStore::retry(Transaction& tx) {
  query(tx, "UPDATE podload.queues q SET due_at = clock_timestamp(), refusals = 0 WHERE EXISTS (SELECT FROM podload.deliveries d"
            " WHERE d.hearer = q.hearer AND d.queue = q.name AND d.given_up_at IS NOT NULL)");
  return static_cast<int>(query(tx, "UPDATE podload.deliveries SET given_up_at = NULL, attempts = 0, due_at = clock_timestamp()"
                                    " WHERE given_up_at IS NOT NULL").affected_rows());
}

int DeliveryStore::drop(Transaction& tx) {
  return static_cast<int>(query(tx, "DELETE FROM podload.deliveries WHERE given_up_at IS NOT NULL").affected_rows());
}

}  // namespace podload
