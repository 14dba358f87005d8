#include "kube/read_batch.hpp"

#include <utility>

namespace podload::pod_load {

void ReadBatch::add(std::string path, Use use) { reads_.push_back({std::move(path), std::move(use)}); }

void ReadBatch::send_ahead(KubeClient& kube, const std::string& path) {
  if (!ahead_.has(path)) ahead_.send(kube, path, path);
}

bool ReadBatch::run(KubeClient& kube) {
  std::vector<Read> reads = std::exchange(reads_, {});
  std::vector<Read*> unsent, sent;
  for (Read& read : reads) (ahead_.has(read.path) ? sent : unsent).push_back(&read);
  send(kube, unsent);
  // What did not succeed ahead is read as if it had not been sent: with retries, and its error counts.
  std::vector<Read*> again;
  for (Read* read : sent) {
    std::optional<KubeReply> reply = ahead_.has(read->path) ? ahead_.await(read->path) : std::nullopt;
    if (reply && (reply->status == 200 || reply->status == 404))
      read->reply = *std::move(reply);
    else
      again.push_back(read);
  }
  send(kube, again);
  for (const Read& read : reads) read.use(read.reply);
  return !reads.empty();
}

void ReadBatch::send(KubeClient& kube, const std::vector<Read*>& reads) {
  if (reads.empty()) return;
  std::vector<KubeRequest> requests(reads.size());
  for (std::size_t i = 0; i < reads.size(); ++i) requests[i].path = reads[i]->path;
  std::vector<KubeReply> replies = kube.send_all(requests);
  for (std::size_t i = 0; i < reads.size(); ++i) reads[i]->reply = std::move(replies[i]);
}

}  // namespace podload::pod_load
